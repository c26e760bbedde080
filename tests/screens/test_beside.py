"""What stays in sight beside a round's sheet (V17): the topic of a change dialogue, while people write about it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import SMALL, WALL, Crowd, Person
from tests.screens.test_over import STORY as MAP
from tests.screens.texts import Method, texts
from tests.screens.walls import box, settled, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

METHOD = Method("trio-forandringsdialog")
STORY = Method("forloeb")
SHORT = {**SMALL, "height": 640}
BIG = {"width": 3840, "height": 2160}
LAPTOP = {"width": 1280, "height": 800}
LACK = "Hvordan det mærkes om natten"
TOPIC = "Det nye system til vagtplaner: Hvad gør det ved samarbejdet mellem dag og aften? 🙂"


async def topic_is_shown(lead: Person) -> None:
    """The team writes at the console, the topic is shown to all, and the next round begins."""
    for lane, text in (("topic", TOPIC), ("lack", LACK)):
        await lead.page.locator("#where-lane").select_option(lane)
        await lead.field("console.note").fill(text)
        await lead.press("phone.save_team_part", part="TRIO")
        await lead.sees(text)
    await plays.go_on(lead, METHOD.round("start"))
    await plays.reveal(lead, METHOD.lane("topic").lower())
    await plays.go_on(lead, METHOD.round("explore"))


async def test_V17_the_topic_stays_in_sight_on_every_screen_while_people_write(crowd: Crowd) -> None:
    lead = await plays.start(crowd, METHOD)
    links = await plays.links(lead)
    wall = await plays.wall(crowd, links["wall"])
    anna = await crowd.phone("anna", SHORT)
    home = await crowd.phone("home", LAPTOP)
    await plays.join_by_code(anna, links["code"], name="Anna")
    await plays.join_by_code(home, links["code"], name="Bo", home=True)
    await topic_is_shown(lead)

    for person in (wall, home, lead):
        strip = person.page.get_by_role("group", name=person.t("beside.stays"))
        await expect(strip.get_by_role("heading")).to_have_text(METHOD.lane("topic"))
        await expect(strip.get_by_role("listitem")).to_have_text([TOPIC])
    fold = anna.page.locator(".beside-fold")
    await expect(fold.locator(".note")).to_be_hidden()
    await expect(fold.locator("summary")).to_contain_text(TOPIC)
    await crowd.shot()
    await fold.locator("summary").click()
    await expect(fold.locator(".note")).to_have_text(TOPIC)
    assert await anna.overflow() <= 0
    for person in (wall, anna, home):
        assert await barriers(person, "beside") == []

    # In the list that is read on the phone it stands above, too.
    await plays.look(anna)
    await expect(fold.locator(".note")).to_have_text(TOPIC)
    await plays.back_to_mine(anna)

    # What only the team sees stays theirs (V16): nothing is shown to more people by staying in sight.
    for one in ("weigh", "summary"):
        await plays.go_on(lead, METHOD.round(one))
    strip = lead.page.get_by_role("group", name=lead.t("beside.stays"))
    await expect(strip.get_by_role("listitem")).to_have_text([TOPIC, re.compile(LACK)])
    await expect(strip).to_contain_text(lead.t("beside.not_shown"))
    for person in (wall, home):
        strip = person.page.get_by_role("group", name=person.t("beside.stays"))
        await expect(strip.get_by_role("listitem")).to_have_text([TOPIC])


LONG = (
    "Arbejdsmiljørepræsentantuddannelsesforløbet kommer oveni alt det andet, og vi ved ikke, hvem der skal tage "
    "vagterne imens: dagholdet, aftenholdet eller vikarerne?"
)
TOPICS = [
    LONG,
    "نحتاج إلى وقت أطول مع المرضى",
    "Det nye system 🙂",
    *(f"Emne nummer {at} om vagterne" for at in range(4, 15)),
]


def topics_of(texts: list[str]) -> list[dict[str, Any]]:
    note = {"sheet": "trio", "lane": "topic", "side": ""}
    return [{**note, "id": f"t{at:02}", "text": text, "spot": at} for at, text in enumerate(texts)]


async def crowded(crowd: Crowd, size: dict[str, int], notes: list[dict[str, Any]]) -> Page:
    title = "Hvad gør en ny vagtplan ved samarbejdet mellem dag og aften, og hvad skal vi passe på?"
    dark = {"color_scheme": "dark"}
    return await wall_of(
        crowd, method=METHOD, size=size, more=dark, scene="look", round="explore", notes=notes, title=title
    )


async def test_V17_one_text_that_is_too_long_for_the_strip_is_counted_and_takes_no_room(crowd: Crowd) -> None:
    page = await crowded(crowd, WALL, topics_of([f"{LONG} " * 4]))
    strip = page.locator(".beside")
    await expect(strip.get_by_role("heading")).to_be_visible()
    await expect(strip.locator(".beside-more")).to_have_text(texts("da")("beside.more", n=1))
    await expect(strip.get_by_role("listitem")).to_contain_text("dagholdet")
    assert await strip.evaluate("el => el.scrollHeight / parseFloat(getComputedStyle(el).lineHeight)") <= 1.1


async def test_V17_a_note_that_only_repeats_its_lanes_title_does_not_stand_after_it(crowd: Crowd) -> None:
    title = METHOD.lane("topic")
    strip = (await crowded(crowd, WALL, topics_of([title, "Den nye vagtplan", title]))).locator(".beside")
    await expect(strip.get_by_role("listitem")).to_have_text(["Den nye vagtplan"])
    strip = (await crowded(crowd, WALL, topics_of([title, title]))).locator(".beside")
    await expect(strip.get_by_role("listitem")).to_have_text([title])


@pytest.mark.parametrize("size", [WALL, BIG, {"width": 1024, "height": 768}], ids=["1080p", "4K", "4:3"])
@pytest.mark.parametrize("some", [1, len(TOPICS)])
async def test_V17_a_crowded_strip_takes_two_lines_and_says_how_many_it_leaves_out(
    crowd: Crowd, size: dict[str, int], some: int
) -> None:
    topics = topics_of(TOPICS[:some])
    lanes = METHOD.raw["rounds"][2]["lanes"]
    notes = [
        {
            "id": f"n{at:02}",
            "sheet": "core",
            "lane": lanes[at % 4],
            "text": f"Vi når ikke at vise det ordentligt {at}",
            "side": "",
        }
        for at in range(20)
    ]
    page = await crowded(crowd, size, topics + notes)
    await settled(page)
    await crowd.shot()
    rem = await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    strip = page.locator(".beside")
    assert await strip.evaluate("el => el.scrollHeight / parseFloat(getComputedStyle(el).lineHeight)") <= 2.1
    assert await strip.evaluate("el => parseFloat(getComputedStyle(el).fontSize)") >= 22 / 16 * rem
    # All of them are read aloud; those that are not seen follow on pages.
    items = strip.get_by_role("listitem")
    await expect(items).to_have_text(TOPICS[:some])
    left = await items.evaluate_all("all => all.filter((el) => el.matches('.sr-only')).length")
    more = strip.locator(".beside-more")
    assert left == 0 if some == 1 else left > 0
    if left:
        await expect(more).to_have_text(re.compile(r"^1 af [2-9]$"))
    await expect(more).to_be_visible(visible=left > 0)
    # It lies over nothing, and the picture can be read as before.
    own, code, board = await box(page, ".beside"), await box(page, ".way-in"), await box(page, ".wall-board")
    assert own["right"] <= code["left"]
    assert own["bottom"] <= board["top"] + 1
    rights = "all => Math.max(...all.flatMap((el) => [...el.getClientRects()]).map((one) => one.right))"
    assert await strip.locator(".beside-note:not(.sr-only)").evaluate_all(rights) <= own["right"] + rem / 4
    sizes = await page.locator(".wall-board [data-note]").evaluate_all(
        "all => all.map((el) => parseFloat(getComputedStyle(el).fontSize))"
    )
    assert len(sizes) == len(notes)
    assert min(sizes) >= 22 / 16 * rem


async def test_V17_two_short_texts_beside_each_other_do_not_touch(crowd: Crowd) -> None:
    page = await crowded(crowd, WALL, topics_of(["Ny vagtplan", "Nye kolleger"]))
    notes = page.locator(".beside .beside-note")
    await expect(notes).to_have_text(["Ny vagtplan", "Nye kolleger"])
    first, second = [await notes.nth(at).bounding_box() for at in range(2)]
    assert first
    assert second
    assert first["y"] == second["y"]
    assert second["x"] - first["x"] - first["width"] >= 4


ANSWERS = {
    "known": ["Ja, især om aftenen", "Det kender jeg", "Vi er for få 🙂", "Det er det samme hos os i weekenden"],
    "puzzled": [f"{LONG} Og hvad med dem, der er på barsel?", "Er det ikke blevet bedre siden sommer?"],
    "missing": ["نحتاج إلى وقت أطول مع المرضى", *(f"Nattevagterne på afsnit {at}" for at in range(6))],
}


@pytest.mark.parametrize("size", [WALL, BIG], ids=["1080p", "4K"])
async def test_V17_answers_of_every_lane_are_told_page_by_page_and_none_is_left_out(
    crowd: Crowd, size: dict[str, int]
) -> None:
    answers = [
        {"id": f"{lane}{at}", "sheet": "answers", "lane": lane, "text": text, "side": "", "spot": at, "version": 2}
        for lane, every in ANSWERS.items()
        for at, text in enumerate(every)
    ]
    former = {**answers[0], "id": "former", "text": "Om den første udgave", "version": 1}
    shown = {"scene": "look", "round": "adjust", "notes": [former, *answers], "records": MAP}
    page = await wall_of(crowd, method=STORY, size=size, clock=True, **shown)
    strip, more = page.locator(".beside"), page.locator(".beside-more")
    seen: list[str] = []
    heights = set()
    first = ""
    while True:
        place = await more.inner_text()
        if place == first:
            break
        first = first or place
        some = await strip.locator(".beside-note:not(.sr-only)").all_inner_texts()
        if not seen:
            # The first page has something of each lane that fits beside the others, not one lane alone.
            assert len(await strip.locator(".beside-lane:not(.sr-only)").all()) > 1
        seen += some
        heights.add(round(await strip.evaluate("el => el.getBoundingClientRect().height")))
        await crowd.shot()
        await page.clock.run_for(12_000)
    told = [text for texts in ANSWERS.values() for text in texts if text != "Det kender jeg"]
    assert sorted(seen) == sorted(told)
    # Nothing below it moves when a page is turned.
    assert len(heights) == 1
