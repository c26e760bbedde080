"""Coming in while many do, removing everybody who came since, and an address that the house does not know.

What may not live here: a whole play of a method.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Request, Route, expect

from tests.screens import plays
from tests.screens.people import DESK, PATIENCE, Crowd
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW = {"width": 360, "height": 760}
METHODS = [Method("fremtidsvaerksted", "da"), Method("fremtidsvaerksted", "en")]


@pytest.mark.parametrize("method", METHODS, ids=["da", "en"])
async def test_H7_a_page_that_comes_too_early_says_so_and_tries_again_by_itself(crowd: Crowd, method: Method) -> None:
    """The server's answer is put in its mouth: `slow_down` to the first of each call."""
    crowd.expect_noise("429")
    lead = await plays.start(crowd, method)
    ways = await plays.links(lead)
    anna = await crowd.phone("anna", NARROW, lang=method.lang)
    held: list[Request] = []

    async def slow(route: Route) -> None:
        held.append(route.request)
        await route.fulfill(status=429, headers={"Retry-After": "1"}, json={"error": "slow_down"})

    for call in ("look", "join"):
        await anna.page.route(f"**/api/{call}", slow, times=1)
    await anna.page.goto("/join")
    if method.lang != "da":
        await anna.speak()
    await anna.field("code.label").fill(ways["code"])
    await anna.press("code.go")
    await anna.reads("join.waits")
    assert await anna.overflow() <= 0
    await crowd.shot(anna)
    await expect(anna.field("join.name")).to_be_visible()
    await anna.field("join.name").fill("Anna")
    await anna.press("join.go")
    await anna.reads("join.waits")
    await expect(anna.button("join.busy")).to_be_disabled()
    await crowd.shot(anna)
    await anna.page.wait_for_url("**/b/*")
    await lead.sees("Anna")
    assert [request.url.rpartition("/")[2] for request in held] == ["look", "join"]


async def test_a_link_is_looked_up_while_the_page_comes_and_the_next_page_is_fetched_ahead(crowd: Crowd) -> None:
    lead = await plays.start(crowd, METHODS[0])
    ways = await plays.links(lead)
    link = await plays.scan(crowd, await plays.wall(crowd, ways["wall"]))
    anna = await crowd.phone("anna")
    asked: list[str] = []
    looked_up, ahead = asyncio.Event(), asyncio.Event()

    def note(request: Request) -> None:
        asked.append(urlsplit(request.url).path)
        if asked[-1] == "/api/look":
            looked_up.set()
        if asked[-1].endswith(("/js/pages/phone/page.js", "/lib/phone/panes.js")):
            ahead.set()

    async def hold(route: Route) -> None:
        await looked_up.wait()
        await route.continue_()

    anna.page.on("request", note)
    # What draws the page comes only when the link is being looked up.
    await anna.page.route(re.compile(r"/(lit-html|text|join|door-code|unsent|main)\.js$"), hold)
    await anna.page.goto(link, wait_until="commit")
    await expect(anna.field("join.name")).to_be_visible()
    assert asked.count("/api/look") == 1
    async with asyncio.timeout(PATIENCE / 1000):
        await ahead.wait()
    await anna.field("join.name").fill("Anna")
    await anna.press("join.go")
    await anna.page.wait_for_url("**/b/*")
    await lead.sees("Anna")


async def test_a_reload_at_the_door_keeps_the_way_in_and_what_was_typed_and_shows_no_secret(crowd: Crowd) -> None:
    lead = await plays.start(crowd, METHODS[0])
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    link = await plays.scan(crowd, wall)
    key = link.partition("#j=")[2]
    anna = await crowd.phone("anna")
    await anna.page.goto(link)
    await anna.field("join.name").fill("Anna")
    await anna.choose(anna.t("join.home"))
    entries = await anna.page.evaluate("history.length")
    await anna.page.reload()
    await expect(anna.field("join.name")).to_have_value("Anna")
    await expect(anna.page.get_by_role("radio", name=anna.t("join.home"))).to_be_checked()
    assert anna.page.url == f"{crowd.base}/join"
    assert await anna.page.evaluate("history.length") == entries
    addresses = [piece.data for piece in crowd.leaks.pieces if (piece.who, piece.kind) == ("anna", "address")]
    assert not [address for address in addresses if key.encode() in address]
    await anna.press("join.go")
    await anna.page.wait_for_url("**/b/*")
    await lead.sees("Anna")
    # Back from there leads in again, as the same person; three words half typed are kept too.
    await anna.page.go_back()
    await anna.reads("join.already")
    bo = await crowd.phone("bo")
    await bo.page.goto("/join")
    await bo.field("code.label").fill("sol fjord")
    await bo.page.reload()
    await expect(bo.field("code.label")).to_have_value("sol fjord")


async def test_a_heading_that_nobody_changed_is_in_the_readers_language_at_the_door(crowd: Crowd) -> None:
    danish, english = METHODS
    lead = await plays.start(crowd, danish)
    ways = await plays.links(lead)
    anna = await crowd.phone("anna", NARROW, lang="en")
    await anna.page.goto("/")
    await anna.speak()
    await anna.page.goto(ways["listen"])
    await expect(anna.page.get_by_role("heading", level=1)).to_have_text(english.heading)
    await lead.press("console.change_setup")
    await lead.page.get_by_label(lead.t("console.setup.title")).fill("Nætter på B4")
    await lead.press("console.save")
    await expect(lead.page.get_by_text("Nætter på B4").first).to_be_visible()
    await anna.page.goto(ways["listen"])
    await anna.page.reload()
    await expect(anna.page.get_by_role("heading", level=1)).to_have_text("Nætter på B4")


@pytest.mark.parametrize("method", METHODS, ids=["da", "en"])
async def test_R21_everybody_who_came_since_is_removed_in_one_act_with_the_count_said_before(
    crowd: Crowd, method: Method
) -> None:
    lead = await plays.start(crowd, method)
    ways = await plays.links(lead)
    people = [await crowd.phone(name, NARROW, lang=method.lang) for name in ("anna", "bo", "cleo", "dan")]
    for person in people:
        await plays.join_by_code(person, ways["code"], name=person.name.title())
        await lead.sees(person.name.title())
    await lead.page.locator(".person", has_text="Bo").click()
    await lead.dialog().locator("summary").click()
    for size in (DESK, NARROW):
        await lead.page.set_viewport_size(size)
        await expect(lead.button("console.remove_since", n=3)).to_be_visible()
        await lead.button("console.remove_since", n=3).scroll_into_view_if_needed()
        assert await lead.overflow() <= 0
        await crowd.shot(lead)
    await lead.page.set_viewport_size(DESK)
    await lead.page.get_by_label(lead.t("console.remove_notes")).check()
    await lead.press("console.remove_since", n=3)
    for person in people[1:]:
        await person.reads("close.removed.title")
    await expect(lead.page.locator(".person-name")).to_have_text(["Anna"])
    await lead.page.locator(".person", has_text="Anna").click()
    await lead.dialog().locator("summary").click()
    await expect(lead.button("console.remove_now", name="Anna")).to_be_visible()
    await expect(lead.button("console.remove_since", n=1)).to_have_count(0)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_H4_an_address_that_the_house_does_not_know_says_what_to_do(crowd: Crowd, lang: str) -> None:
    """Under the house's own address, with the request's Host changed on its way."""
    crowd.expect_noise("421", "404")

    async def elsewhere(route: Route) -> None:
        answer = await route.fetch(headers={**route.request.headers, "host": "tavle.hospital.example"})
        await route.fulfill(response=answer)

    for name, size in (("narrow", NARROW), ("wide", DESK)):
        guest = await crowd.enters(name, size, lang=lang)
        await guest.page.route("**/join*", elsewhere)
        answer = await guest.page.goto(f"/join?lang={lang}")
        assert answer is not None
        assert answer.status == 421
        assert await guest.page.locator("code").first.inner_text() == "TAVLE_PUBLIC_URL"
        paper = await guest.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(245, 240, 230)", "its style is allowed"
        assert await guest.overflow() <= 0
        await crowd.shot(guest)


@pytest.mark.parametrize("method", [Method("historievaerksted", lang) for lang in ("da", "en")], ids=["da", "en"])
async def test_on_a_low_phone_the_button_to_join_is_in_sight_at_once(crowd: Crowd, method: Method) -> None:
    lead = await plays.start(crowd, method, leader="listen", venue="Neonatalafsnittet")
    ways = await plays.links(lead)
    low = await crowd.phone("low", {"width": 360, "height": 640}, lang=method.lang)
    await low.page.goto("/")
    if method.lang != "da":
        await low.speak()
    await low.field("code.label").fill(ways["code"])
    await low.press("code.go")
    await expect(low.button("join.go")).to_be_in_viewport(ratio=1)
