"""What every page must do: work by keyboard alone and through reloads and lost networks, use plain words, and be small.

What may not live here: a whole play of a method.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Route, expect

from static.build import build
from tests.screens import plays
from tests.screens.house import NAME
from tests.screens.people import DESK, PHONE, SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

HV = Method("historievaerksted")
FV = Method("fremtidsvaerksted")


def box(person: Person) -> Locator:
    """Where one writes."""
    return person.page.get_by_role("textbox").locator("visible=true").first


# -- the keyboard --

# Where one is must be seen: on the control itself, or on what is drawn in its place.
RING = """(el) => [el, el.closest('label'), el.nextElementSibling, el.parentElement].some((one) => {
  const style = one && getComputedStyle(one);
  return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
})"""


async def tab_to(person: Person, target: Locator) -> None:
    """Go there with Tab alone, and see where one is."""
    for _ in range(60):
        await person.page.keyboard.press("Tab")
        if await target.count() and await target.first.evaluate("el => el === document.activeElement"):
            assert await target.first.evaluate(RING), f"no ring round {target}"
            return
    raise AssertionError(f"{person.name} never got to {target} by Tab")


async def test_a_participant_can_do_it_all_by_keyboard(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    ways = await plays.links(lead)
    anna = await crowd.enters("anna", DESK)
    keys = anna.page.keyboard
    await anna.page.goto("/")
    await expect(anna.field("code.label")).to_be_visible()
    await tab_to(anna, anna.field("code.label"))
    await keys.type(ways["code"].replace("·", " "))
    await keys.press("Enter")
    await expect(anna.field("join.name")).to_be_visible()
    await tab_to(anna, anna.field("join.name"))
    await keys.type("Anna")
    await keys.press("Enter")
    await anna.page.wait_for_url("**/b/*")
    await anna.sees(HV.round("welcome"))
    await plays.go_on(lead, HV.round("write"))
    await anna.sees(HV.round("write", "instruction"))
    await tab_to(anna, box(anna))
    await keys.type("Ny leder igen")
    await tab_to(anna, anna.button("phone.save"))
    await keys.press("Enter")
    await anna.reads("phone.mine", n=1)
    await tab_to(anna, anna.button("ready.me"))
    await keys.press("Space")
    await anna.reads("ready.count", n=1)
    await plays.go_on(lead, HV.round("place"))
    await tab_to(anna, anna.button("turn.take"))
    await keys.press("Enter")
    await anna.reads("turn.yours")
    await tab_to(anna, anna.button("turn.step_before.years"))
    await keys.press("Enter")
    await tab_to(anna, anna.page.get_by_role("radio").locator("visible=true"))
    await keys.press("Space")
    await keys.press("ArrowRight")
    await expect(anna.page.get_by_role("radio", name=HV.side("down"), exact=True)).to_be_checked()
    await tab_to(anna, anna.button("turn.put_up_in.years"))
    await keys.press("Enter")
    await lead.sees("Ny leder igen")
    await tab_to(anna, anna.button("turn.done"))
    await keys.press("Enter")
    await anna.reads("turn.you_done")
    await crowd.shot()


# -- reloads, dead spots --


async def test_a_reload_keeps_the_person_and_what_was_half_typed(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, HV, anna=PHONE)
    await plays.go_on(lead, HV.round("write"))
    await plays.write(anna, "Den er gemt")
    await box(anna).fill("Halvt skrevet")
    await anna.page.reload()
    await expect(box(anna)).to_have_value("Halvt skrevet")
    await anna.sees("Den er gemt", "Anna")
    # Typing while the workshop goes on: nobody is moved away, and the text stays.
    await box(anna).press_sequentially(" og mere")
    await plays.go_on(lead, HV.round("place"), confirm=True)
    await anna.reads("stay.moved", round=HV.round("place"))
    await expect(box(anna)).to_have_value("Halvt skrevet og mere")
    await expect(box(anna)).to_be_focused()
    await box(anna).press_sequentially(" endnu")
    await anna.press("stay.save_go")
    await anna.sees("Halvt skrevet og mere endnu")
    await lead.reads("console.participants", n=1)
    await none_see("Halvt skrevet", lead)
    await crowd.shot()


async def test_written_in_a_dead_spot_it_arrives_once(crowd: Crowd) -> None:
    crowd.expect_noise("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    lead, anna = await plays.gather(crowd, FV, anna=PHONE)
    await plays.go_on(lead, FV.round("critique"))
    await anna.sees(FV.round("critique", "instruction"))
    await anna.context.set_offline(True)
    await anna.reads("line.away")
    for words in ("Første uden net", "Anden uden net"):
        await plays.write(anna, words)
        await anna.sees(words)
    await anna.reads("line.away_waiting", n=2)
    await crowd.shot(anna)
    await anna.context.set_offline(False)
    await expect(anna.text(anna.t.pattern("line.away_waiting"))).to_have_count(0)
    await expect(anna.text(anna.t.pattern("line.away"))).to_have_count(0)
    await lead.button("console.reveal", lane=FV.lane("critique").lower()).click()
    for words in ("Første uden net", "Anden uden net"):
        await lead.sees(words)
        await expect(lead.page.get_by_role("listitem").filter(has_text=words)).to_have_count(1)
    await anna.page.reload()
    await anna.reads("phone.up", n=2)


# -- plain words --


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_what_goes_wrong_is_said_in_plain_words(crowd: Crowd, lang: str) -> None:
    crowd.expect_noise("404", "409", "503")
    hv = Method("historievaerksted", lang)
    lead = await plays.start(crowd, hv)
    ways = await plays.links(lead)
    anna = await crowd.phone("anna", SMALL, lang=lang)
    await anna.page.goto("/")
    await anna.speak()
    for typed, key in (("", "code.empty"), ("hest", "code.three"), ("hest hest hest", "error.no_door")):
        await anna.field("code.label").fill(typed)
        await anna.press("code.go")
        await anna.reads(key)
    await crowd.shot(anna)
    # A closed door sounds the same as a wrong code; and says what to do.
    await plays.open_door(lead)
    link = await plays.scan(crowd, lead)
    await lead.press("console.close_door")
    await expect(lead.button("console.open_door")).to_be_visible()
    await anna.field("code.label").fill(ways["code"])
    await anna.press("code.go")
    await anna.reads("error.no_door")
    await anna.page.goto(link)
    await anna.reads("error.no_door_qr")
    await crowd.shot(anna)
    await lead.press("console.open_door")
    await expect(lead.button("console.close_door")).to_be_visible()
    await lead.press("console.shut", within=lead.dialog())

    # Full: the server's answer is put in its mouth, as 1,200 people do not fit into a test.
    async def full(route: Route) -> None:
        await route.fulfill(status=409, json={"error": "full"})

    await anna.page.goto("/join")
    await anna.field("code.label").fill(ways["code"])
    await anna.press("code.go")
    await expect(anna.field("join.name")).to_be_visible()
    await anna.page.route("**/api/join", full)
    await anna.press("join.go")
    await anna.reads("error.full")
    await crowd.shot(anna)
    await anna.page.unroute("**/api/join")
    await anna.press("join.go")
    await anna.page.wait_for_url("**/b/*")
    await plays.go_on(lead, hv.round("write"))
    # Too long: it is counted, nothing is lost, and nothing is sent.
    long = "For langt. " * 14
    await box(anna).fill(long.strip())
    await anna.reads("phone.too_long", n=len(long.strip()) - hv.raw["limit"])
    await expect(anna.button("phone.save")).to_be_disabled()
    await crowd.shot(anna)
    await anna.button("phone.save").click(force=True)
    await expect(box(anna)).to_have_value(long.strip())
    await box(anna).fill("Kort nok")
    await anna.press("phone.save")
    await anna.reads("phone.mine", n=1)


# -- small, quiet --


async def first_load(person: Person) -> list[tuple[str, float]]:
    """The addresses that a page asks for when it is opened without a cache, in order, each with the bytes that came."""
    line = await person.context.new_cdp_session(person.page)
    await line.send("Network.enable")
    await line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def sent(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    line.on("Network.requestWillBeSent", sent)
    line.on("Network.loadingFinished", lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]))
    await person.page.reload()
    await person.page.wait_for_load_state("networkidle")
    await line.detach()
    return [(url, sizes.get(name, 0)) for name, url in asked.items()]


async def test_the_first_load_of_the_phone_is_small(crowd: Crowd, capsys: pytest.CaptureFixture[str]) -> None:
    build(say=lambda _: None)  # in a checkout, modules that were changed are sent one by one until this is done
    lead, anna = await plays.gather(crowd, HV, anna=PHONE)
    await anna.sees(HV.round("welcome"))
    await plays.go_on(lead, HV.round("write"))
    asked = await first_load(anna)
    await expect(box(anna)).to_be_visible()
    total = sum(size for _, size in asked)
    with capsys.disabled():
        print(f"\nthe phone's first load: {len(asked)} requests, {total / 1024:.1f} KB")
        for url, size in asked:
            print(f"  {size / 1024:6.1f} KB  {re.sub(r'^https?://[^/]+', '', url)}")
    # What the connection needs comes before the panes, which come while it is made.
    names = [url.rpartition("/")[2] for url, _ in asked]
    assert names.index("phone.js") < names.index("panes.js")
    assert len(asked) <= 12
    assert total <= 120 * 1024


async def test_with_reduced_motion_nothing_moves(crowd: Crowd) -> None:
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    wall = await crowd.enters("wall", {"width": 1920, "height": 1080}, reduced_motion="reduce")
    await wall.page.goto(ways["wall"])
    anna = await crowd.phone("anna", reduced_motion="reduce")
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    for words in ("En", "To", "Tre", "Fire"):
        await plays.write(anna, f"{words} ting er svære")
    await anna.reads("phone.mine", n=4)
    longest = """() => {
      window.longest = 0;
      const look = () => {
        for (const one of document.getAnimations()) {
          window.longest = Math.max(window.longest, Number(one.effect?.getComputedTiming().activeDuration ?? 0));
        }
        requestAnimationFrame(look);
      };
      look();
    }"""
    for person in (wall, anna):
        await person.page.evaluate(longest)
    await lead.button("console.reveal", lane=FV.lane("critique").lower()).click()
    await all_see("Fire ting er svære", wall)
    await anna.reads("phone.up", n=4)
    for person in (wall, anna):
        assert await person.page.evaluate("longest") <= 5, f"something moves on {person.name}"


# -- a name that is not localhost, as on a hospital's network --


async def test_a_play_on_a_plain_name_of_the_network(crowd: Crowd, tmp_path: Path) -> None:
    crowd.base = f"http://{NAME}:{crowd.house.port}"
    # The second is Chromium's word on every plain address: there, a page cannot be kept apart from its opener.
    crowd.expect_noise("403", "Cross-Origin-Opener-Policy header has been ignored")
    lead = await plays.start(crowd, FV, key=crowd.house.key)
    assert await lead.page.evaluate("[isSecureContext, typeof crypto.subtle, typeof crypto.randomUUID]") == [
        False, "undefined", "undefined",
    ]  # fmt: skip
    ways = await plays.links(lead)
    assert ways["listen"].startswith(crowd.base)
    wall = await plays.wall(crowd, ways["wall"])
    await wall.sees(f"{NAME}:{crowd.house.port}")
    link = await plays.scan(crowd, wall)
    assert link.startswith(crowd.base)
    await plays.shows_qr(wall, link)
    anna, bo, chief = await crowd.phone("anna"), await crowd.phone("bo", SMALL), await crowd.phone("chief")
    await plays.join_by_link(anna, link, name="Anna")
    await plays.join_by_code(bo, ways["code"])
    await plays.join_by_link(chief, ways["listen"])
    # There is no `navigator.clipboard` here, and the link is copied all the same.
    await plays.open_door(lead)
    await lead.page.evaluate(
        "addEventListener('copy', () => { window.copied = String(document.activeElement.value); })"
    )
    await lead.button("console.copy").first.click()
    await lead.reads("console.copied")
    assert (await lead.page.evaluate("copied")).startswith(crowd.base)
    await lead.press("console.shut", within=lead.dialog())
    await plays.go_on(lead, FV.round("critique"))
    said = crowd.leaks.canary("Vi bliver ikke hørt", "anna")
    await plays.write(anna, said.text)
    await none_see(said.word, wall, lead, bo, chief)
    crowd.leaks.may_know(said, "console", "wall", "bo", "chief")
    await lead.button("console.reveal", lane=FV.lane("critique").lower()).click()
    await all_see(said.word, wall, lead, chief)
    await anna.page.reload()
    await anna.reads("phone.up", n=1)
    await plays.go_on(lead, FV.round("dream"))
    await plays.go_back(lead, FV.round("critique"))
    await all_see(said.word, wall, lead, chief)
    await lead.press("console.more")
    plays.real_picture(await plays.fetch(lead, "console.file.png", "png", tmp_path))
    await lead.press("console.shut", within=lead.dialog())
    await crowd.shot()
