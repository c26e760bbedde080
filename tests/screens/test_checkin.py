"""A check-in on the screens: one tells, one has the chair, nobody else sees what is theirs, nothing is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.house import House
from tests.screens.people import SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

METHOD = Method("check-in")
ENGLISH = Method("check-in", "en")
SHORT = {**SMALL, "height": 640}
MIDDLE = "el => { const box = el.getBoundingClientRect(); return box.left + box.width / 2; }"
# No part of them stands in any file of the release, nor in what a store writes of itself.
TELLER, LISTENER = "Qvistrup", "Wyszkow"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of this file's Tavle."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[House]:
    """A Tavle with a data folder that the tests look into."""
    started = House(folder)
    yield started
    started.stop()


def part(name: str, round_id: str, what: str, lang: str = "da") -> list[str]:
    """The texts that a round has for a part."""
    found = next(item for item in METHOD.raw["rounds"] if item["id"] == round_id)["for"][name][what]
    return [str(one[lang]) for one in (found if isinstance(found, list) else [found])]


def left_in(folder: Path, *words: str) -> list[str]:
    """Which of these words stand in a file of the data folder."""
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return [word for word in words if word.encode() in kept]


async def sees_no_lock_larger_than_its_line(person: Person) -> None:
    mark = person.page.locator("svg", has=person.page.locator("rect")).locator("visible=true")
    for one in await mark.evaluate_all("all => all.map((el) => el.getBoundingClientRect().width)"):
        assert one <= 34, f"{person.name} has a lock of {one} px"


async def test_one_tells_one_has_the_chair_and_nothing_of_it_is_left(crowd: Crowd, folder: Path) -> None:
    lead = await plays.start(crowd, METHOD)
    links = await plays.links(lead)
    wall = await plays.wall(crowd, links["wall"])
    teller = await crowd.phone("teller", SHORT)
    chair = await crowd.phone("chair", SHORT, color_scheme="dark")
    listener = await crowd.phone("listener", SHORT, lang="en")
    await plays.join_by_code(teller, links["code"], name=TELLER)
    await plays.join_by_code(chair, links["code"], name="Anna")
    await plays.join_by_code(listener, links["code"], name=LISTENER)
    everybody = (lead, wall, teller, chair, listener)

    # The facilitator is told that nothing is kept, by a line and not by a picture that hides the rest.
    await lead.reads("keep.nothing")
    await sees_no_lock_larger_than_its_line(lead)
    await plays.host(lead, "Bente")
    await teller.named(f"{teller.t('part.take')}: {METHOD.raw['parts'][0]['title']['da']}").click()
    await teller.sees(METHOD.raw["parts"][0]["say"]["da"])
    wanted = lead.page.get_by_role("group", name=METHOD.raw["parts"][1]["title"]["da"], exact=True)
    await wanted.get_by_role("button", name="Anna", exact=True).click()
    await chair.sees(METHOD.raw["parts"][1]["say"]["da"])

    # What the chair may ask stands with the chair alone; each part has its own line.
    await plays.go_on(lead, METHOD.round("tell"))
    await chair.sees(*part("chair", "tell", "questions"), *part("chair", "tell", "hint"))
    for question in part("chair", "tell", "questions"):
        await none_see(question, lead, wall, teller, listener)
    for question in part("chair", "tell", "questions", "en"):
        await listener.misses(question)
    await teller.sees(*part("teller", "tell", "instruction"))
    # Who has no phone is told by whoever hosts them: their lines stand on the console.
    told = lead.page.locator(".hosted-parts")
    await expect(told).to_contain_text("Bente")
    await expect(told).to_contain_text(part("listeners", "tell", "instruction")[0])
    await listener.sees(*part("listeners", "tell", "instruction", "en"))
    await wall.sees(METHOD.round("tell", "instruction"))
    # The ring lists the rounds of the talk; the welcome is none of them.
    await expect(wall.page.locator(".wall-kicker")).to_have_text(f"{METHOD.title} · {METHOD.round('tell')}")
    for person in (chair, listener, lead):
        assert await barriers(person, "tell") == []

    # The chair leads on from the own phone. What the teller finds is nobody's until it is shown.
    await chair.press("part.next", round=METHOD.round("feel"))
    await teller.sees(*part("teller", "feel", "instruction"))
    await teller.named("afmagt").click()
    own = crowd.leaks.canary("", "teller")
    await teller.named(re.compile(teller.t("part.other_word"))).click()
    await teller.field("part.own_word").fill(own.word)
    await teller.press("part.add_word")
    await teller.sees(own.word)
    assert await barriers(teller, "words") == []
    await chair.sees(*part("chair", "feel", "questions"))
    await none_see(own.word, lead, wall, chair, listener)
    crowd.leaks.may_know(own, *(person.name for person in everybody))
    await teller.page.get_by_role("switch").click()
    await all_see(own.word, wall, chair, listener)
    await all_see("afmagt", wall, chair)
    await listener.sees("powerlessness")
    assert await barriers(wall, "words") == []
    assert await listener.overflow() <= 0
    await crowd.shot()

    # Hidden again it leaves the wall.
    await teller.page.get_by_role("switch").click()
    await none_see(own.word, wall, chair, listener)

    # Closed: everybody is told, and neither a name nor a word is in the data folder.
    await chair.press("part.next", round=METHOD.round("need"))
    await chair.reads("part.last")
    await lead.press("console.finish")
    await lead.sees(lead.t("console.close_nothing"))
    # What cannot be done is not offered in between, either: opening it again, and files.
    await lead.page.evaluate(
        "new MutationObserver(() => { window.offered ||= document.querySelector('.console-now .files'); })"
        ".observe(document.body, { childList: true, subtree: true })"
    )
    await lead.press("console.close_now")
    crowd.expect_noise("404")  # a wall may be asking for its code when the board is deleted
    for person in everybody:
        await person.reads("close.nothing_kept")
    assert await lead.page.evaluate("!window.offered")
    title, told = [await wall.text(wall.t(f"close.nothing_kept{end}")).evaluate(MIDDLE) for end in (".title", "")]
    assert abs(title - told) < 4
    found = left_in(folder, TELLER, LISTENER, own.word, METHOD.heading)
    assert not found, f"still in the data folder: {found}"
