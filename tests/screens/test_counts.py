"""What wall and console say of those who write (V6, R18), and what a phone offers when its person's role changes (R6).

The other phones are programs: they join and write as phones do, only faster.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.machine.talk import Tab, join
from tests.screens import plays
from tests.screens.people import SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")
GRID = 30_000  # ms: three of the moments at which a count may grow (V6), as a guard


async def phones(crowd: Crowd, code: str, count: int) -> list[Tab]:
    made = []
    for i in range(count):
        way = await join(crowd.base, code.replace("·", "-"), name=f"Telefon {i + 1}")
        made.append(await Tab(crowd.base, way["board"], way["token"]).open())
    return made


async def counted(person: Person, key: str, **given: Any) -> None:
    """A text with a count, once a moment of the grid has come."""
    await expect(person.page.get_by_text(person.t.pattern(key, **given)).first).to_be_visible(timeout=GRID)


async def line(lead: Person, key: str, **given: Any) -> None:
    """The console's line under the round's title says so, once a moment of the grid has come."""
    await expect(lead.page.locator(".round-count")).to_contain_text(lead.t(key, **given), timeout=GRID)


async def make(lead: Person, name: str, role: str) -> None:
    """Give somebody a role, in the console's list of people."""
    await plays.row(lead, name).click()
    await lead.choose(lead.t.pattern(f"console.role.{role}", starts=True))
    await lead.press("console.shut", within=lead.dialog())


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_V6_R18_wall_and_console_say_how_many_people_wrote_at_least(crowd: Crowd, lang: str) -> None:
    lead = await plays.start(crowd, Method("fremtidsvaerksted", lang))
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"], lang=lang)
    small = await crowd.enters("small", {"width": 360, "height": 740}, lang=lang)
    await small.page.goto(ways["wall"])
    at = {"sheet": "columns", "lane": "critique"}
    others = await phones(crowd, ways["code"], 6)
    title = Method("fremtidsvaerksted", lang).lane("critique").lower()
    await plays.go_on(lead, Method("fremtidsvaerksted", lang).round("critique"))
    await counted(wall, "wall.wrote", n=0)
    await line(lead, "console.wrote", n=0)
    await expect(lead.button("console.reveal", lane=title)).to_be_visible()
    await crowd.shot(wall, lead)
    for other in others[:5]:
        for number in range(3):
            await other.write(f"kladde {number}", **at)
    await counted(wall, "wall.wrote", n=5, all=6)
    await counted(small, "wall.wrote", n=5, all=6)
    await line(lead, "console.wrote", n=5)
    await crowd.shot(wall, small, lead)
    await lead.press("console.reveal_n", lane=title, n=5)
    await expect(lead.button("console.reveal_again", lane=title)).to_be_visible()
    await expect(lead.button("console.reveal_n", lane=title, n=5)).to_have_count(0)
    for other in others[:3]:
        await other.write("efter", **at)
    await counted(wall, "boards.pile", n=3)
    for number in range(200 - 4):
        await others[0].op("write", note=f"fyld{number:010}", text="x", sheet="columns", lane="dream")
    await lead.reads("console.at_share")
    await crowd.shot(wall, small, lead)
    assert await small.overflow() <= 0
    for other in others:
        await other.close()


async def test_R6_a_phone_offers_what_its_persons_role_has_at_once_and_keeps_what_was_half_written(
    crowd: Crowd,
) -> None:
    lead, anna = await plays.gather(crowd, FV, anna=SMALL)
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, "En kladde fra før")
    box = anna.page.get_by_role("textbox").locator("visible=true")
    await box.first.fill("Halvt skrevet")
    await anna.press("ready.me")
    await make(lead, "Anna", "listener")
    await expect(box).to_have_count(0)
    await anna.sees("En kladde fra før")
    await expect(anna.button("ready.me")).to_have_count(0)
    await line(lead, "wall.ready", n=0, all=0)
    await crowd.shot(anna, lead)
    await make(lead, "Anna", "participant")
    await expect(box.first).to_have_value("Halvt skrevet")
    await line(lead, "wall.ready", n=1, all=1)
    await anna.press("phone.save")
    await anna.sees("Halvt skrevet")
    await make(lead, "Anna", "scribe")
    await expect(anna.button("ready.me")).to_have_count(0)
    await crowd.shot(anna, lead)


async def test_M5_that_there_are_more_people_than_advised_is_said_with_the_minutes_it_takes(crowd: Crowd) -> None:
    hv = Method("historievaerksted")
    least, most = hv.raw["people"]
    lead = await plays.start(crowd, hv)
    for at in range(most):
        await plays.host(lead, f"Uden telefon {at + 1}")
    await lead.reads("console.participants", n=most)
    many = lead.page.get_by_role("status").filter(has_text=f"{least}–{most}")
    await expect(many).to_have_count(0)
    said = []
    for at in (1, 2):
        await plays.host(lead, f"Også {at}")
        await expect(many).to_have_text(
            lead.t.pattern("console.many_minutes", people=most + at, least=least, most=most)
        )
        said.append(re.findall(r"\d+", await many.inner_text())[-1])
    await crowd.shot(lead)
    assert 0 < int(said[0]) < int(said[1]), said
