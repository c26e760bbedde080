"""Ways back: a return link from the console, a link to another device of one's own, and links withdrawn one by one.

What may not live here: what a device that came back may see and do (tests/rules).
"""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.people import DESK, SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")
DRAFT = "Ingen lytter på os"


async def in_the_room(crowd: Crowd, lang: str) -> tuple[Person, Person, dict[str, str]]:
    """A facilitator, and Anna, who has a draft on her phone."""
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    anna = await crowd.phone("anna", SMALL, lang=lang)
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, DRAFT)
    await anna.reads("phone.mine", n=1)
    return lead, anna, ways


async def return_link(lead: Person, name: str) -> str:
    """What the console's QR code for somebody's way back says, as the answer that it is drawn from has it."""
    await plays.row(lead, name).click()
    await lead.reads("console.return_hint")
    async with lead.page.expect_response(lambda answer: answer.url.endswith("/return")) as coming:
        await lead.press("console.return")
    link = str((await (await coming.value).json())["url"])
    await lead.reads("console.return_scan")
    return link


async def elsewhere(crowd: Crowd, who: str, link: str, lang: str) -> Person:
    """A phone that nobody has used here before, on which a link is opened."""
    person = await crowd.phone(who, SMALL, lang=lang)
    await person.page.goto("/")
    await person.speak()
    await person.page.goto(link)
    return person


async def shut(lead: Person) -> None:
    await lead.press("console.shut", within=lead.dialog())


def draft(person: Person) -> Locator:
    return person.text(DRAFT)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_R24_who_comes_back_has_no_draft_and_the_person_is_told_and_shuts_them_out(
    crowd: Crowd, lang: str
) -> None:
    lead, anna, _ = await in_the_room(crowd, lang)
    link = await return_link(lead, "Anna")
    await crowd.shot(lead)
    await shut(lead)
    home = anna.page.url
    await anna.page.goto("about:blank")
    await expect(plays.row(lead, "Anna")).to_contain_text(lead.t("console.not_here"))
    other = await crowd.phone("other", lang=lang)
    await other.page.goto("/")
    await other.speak()
    await other.page.goto(link)
    await other.reads("phone.you_are", name="Anna")
    await expect(other.page).to_have_url(home)
    await expect(draft(other)).to_have_count(0)
    await anna.page.goto(home)
    await anna.sees(DRAFT)
    told = anna.page.locator(".device-told")
    await expect(told).to_contain_text(anna.t("devices.out"))
    assert await anna.overflow() <= 0
    await crowd.shot(anna)
    await anna.press("phone.tab_board")
    await expect(told, "also beside the board").to_be_visible()
    await anna.press("devices.out")
    await expect(told).to_have_count(0)
    await other.reads("close.no_access.title")
    await crowd.shot(other)
    # The link was used: whoever finds it comes no further, and is told what it is about.
    crowd.expect_noise("status of 404")
    finder = await elsewhere(crowd, "finder", link, lang)
    await finder.reads("close.no_way.title")
    await finder.reads("close.no_way")
    await crowd.shot(finder)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_H5_while_ones_own_device_is_there_a_return_link_says_so_and_works_later(crowd: Crowd, lang: str) -> None:
    lead, anna, _ = await in_the_room(crowd, lang)
    link = await return_link(lead, "Anna")
    await shut(lead)
    crowd.expect_noise("status of 409")
    other = await elsewhere(crowd, "other", link, lang)
    await other.reads("close.has_device.title")
    await other.reads("close.has_device")
    assert await other.overflow() <= 0
    await crowd.shot(other)
    assert "#" not in other.page.url
    await anna.page.goto("about:blank")
    await expect(plays.row(lead, "Anna")).to_contain_text(lead.t("console.not_here"))
    await other.press("close.again")
    await other.reads("phone.you_are", name="Anna")
    assert "#" not in other.page.url
    await other.page.reload()
    await other.reads("phone.you_are", name="Anna")


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_H5_another_device_of_ones_own_has_the_drafts_too(crowd: Crowd, lang: str) -> None:
    lead, anna, _ = await in_the_room(crowd, lang)
    await anna.press("phone.other_device")
    await anna.reads("devices.hint")
    await crowd.shot(anna)
    await anna.press("devices.make")
    field = anna.dialog().get_by_label(anna.t("devices.link"), exact=True)
    link = await field.input_value()
    await expect(anna.dialog().get_by_role("img", name=anna.t("devices.qr"))).to_be_visible()
    await anna.reads("devices.until")
    assert await anna.overflow() <= 0
    await crowd.shot(anna)
    desk = await crowd.enters("desk", DESK, lang=lang)
    await desk.page.goto("/")
    await desk.speak()
    await desk.page.goto(link)
    await desk.sees(DRAFT)
    await expect(desk.page.locator(".device-told")).to_have_count(0)
    await expect(anna.page.locator(".device-told")).to_have_count(0)
    # Ones own return link, opened in a browser that is in already, changes nothing.
    again = await return_link(lead, "Anna")
    await desk.page.goto(again)
    await expect(desk.page).not_to_have_url(again)
    await desk.sees(DRAFT)
    await expect(anna.page.locator(".device-told")).to_have_count(0)


@pytest.mark.parametrize("size", [SMALL, DESK], ids=["360", "1440"])
async def test_H5_the_console_shows_each_link_and_withdraws_it_alone(crowd: Crowd, size: dict[str, int]) -> None:
    lead, _, ways = await in_the_room(crowd, "da")
    await return_link(lead, "Anna")
    await shut(lead)
    wall = await plays.wall(crowd, ways["wall"])
    await expect(wall.page.locator(".wall")).to_be_visible()
    await lead.page.set_viewport_size(size)
    await plays.open_door(lead)
    door = lead.dialog()
    listeners = door.get_by_label(lead.t("console.listen_link"), exact=True)
    first = await listeners.input_value()
    await lead.press("console.renew.listen", within=door)
    await expect(listeners).not_to_have_value(first)
    await expect(door.get_by_label(lead.t("console.wall_link"), exact=True)).to_have_value(ways["wall"])
    # Whoever keeps it is back where it was asked, with the focus in there.
    for keep in ("Escape", "button"):
        await lead.button("console.withdraw.listen", within=door).press("Enter")
        await expect(door.get_by_text(lead.t("console.withdraw_so"), exact=True)).to_be_visible()
        await expect(door.locator(":focus")).to_have_count(1)
        if keep == "Escape":
            await lead.page.keyboard.press("Escape")
        else:
            await lead.press("console.withdraw_not", within=door)
        await expect(listeners).not_to_have_value(first)
        await expect(door.locator(":focus")).to_have_count(1)
    await lead.press("console.withdraw.listen", within=door)
    await lead.press("console.withdraw_now", within=door)
    await lead.reads("console.withdrawn.listen")
    await expect(door.get_by_text(lead.t("console.open_returns"), exact=True)).to_be_visible()
    assert await lead.overflow() <= 0
    await crowd.shot(lead)
    await door.get_by_text(lead.t("console.open_returns"), exact=True).scroll_into_view_if_needed()
    await crowd.shot(lead)
    await lead.press("console.withdraw.return", within=door, name="Anna")
    await lead.press("console.withdraw_now", within=door)
    await expect(door.get_by_text(lead.t("console.open_returns"), exact=True)).to_have_count(0)
    await lead.press("console.withdraw.wall", within=door)
    await lead.press("console.withdraw_now", within=door)
    await wall.reads("wall.no_access.title")
    await crowd.shot(wall)
    await door.get_by_text(lead.t("console.withdrawn.wall"), exact=True).scroll_into_view_if_needed()
    await lead.press(
        "console.link_make", within=door.locator(".field").filter(has_text=lead.t("console.withdrawn.wall"))
    )
    fresh = await door.get_by_label(lead.t("console.wall_link"), exact=True).input_value()
    assert fresh != ways["wall"]
    await wall.page.goto(fresh)
    await expect(wall.page.locator(".wall-wait")).to_have_count(0)
