"""A change dialogue on the screens: what the team writes first, the core and its fields, a date or none (V16, R31)."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

METHOD = Method("trio-forandringsdialog")
ENGLISH = Method("trio-forandringsdialog", "en")
SHORT = {**SMALL, "height": 640}
FIELDS = ("organisation", "system", "colleagues", "task")
# What is visible of the first and lies over one of the second.
UNDER = """([first, second]) => {
  const box = (el) => el.getBoundingClientRect();
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const seen = [...document.querySelectorAll(first)].filter((el) => el.checkVisibility({ visibilityProperty: true }));
  const others = [...document.querySelectorAll(second)].map(box);
  return seen.filter((el) => others.some((other) => over(box(el), other))).map((el) => el.textContent);
}"""


# How far the text of the buttons for fields reaches out of its button, and in how many rows those lie.
BUTTONS = """(all) => ({
  rows: new Set(all.map((el) => el.getBoundingClientRect()).map((one) => Math.round((one.top + one.bottom) / 2))).size,
  over: Math.max(...all.map((el) => {
    const words = document.createRange();
    words.selectNodeContents(el);
    return words.getBoundingClientRect().width - el.clientWidth;
  })),
})"""


async def rows_of_fields(person: Person) -> int:
    """In how many rows the buttons for fields lie on a phone; what is written on each lies inside it."""
    buttons = person.page.get_by_role("group", name=person.t("phone.lanes")).get_by_role("button")
    await expect(buttons.first).to_be_visible()
    found = await buttons.evaluate_all(BUTTONS)
    assert found["over"] <= 0, (person.name, found)
    return int(found["rows"])


async def put(person: Person, method: Method, lane: str, text: str) -> None:
    """Choose a field on the phone, and put a note up in it."""
    await person.named(method.lane(lane)).click()
    await plays.write(person, text, save="phone.save_all")
    await person.sees(text)


async def test_the_team_prepares_all_look_at_the_core_and_a_date_is_agreed_or_none(crowd: Crowd) -> None:
    lead = await plays.start(crowd, METHOD)
    links = await plays.links(lead)
    wall = await plays.wall(crowd, links["wall"])
    anna = await crowd.phone("anna", SHORT)
    other = await crowd.phone("other", SHORT, color_scheme="dark")
    guest = await crowd.phone("guest", SHORT, lang="en")
    await plays.join_by_code(anna, links["code"], name="Anna")
    await plays.join_by_code(other, links["code"], name="Bo")
    await plays.join_by_code(guest, links["code"], name="Christiane-Alexandrasdatter")

    # Who may be of the team is in sight in the first round, until all its places are taken.
    chips = lead.page.locator(".parts-box").get_by_role("button")
    await expect(chips.get_by_text("Bo", exact=True)).to_be_visible()

    # The team writes before the others come; nothing on the wall lies under the line that says how many have come.
    await plays.row(lead, "Anna").click()
    await lead.named(METHOD.raw["parts"][0]["title"]["da"]).click()
    await lead.press("console.shut", within=lead.dialog())
    early = crowd.leaks.canary("Nyt vagtplanssystem", "anna", "console")
    await anna.reads("who.team_part", part="TRIO")
    await plays.write(anna, early.text, save="phone.save_team_part")
    await lead.sees(early.text)
    await none_see(early.text, wall, other, guest)
    await expect(wall.page.locator(".wall-count")).to_be_visible()
    assert await wall.page.evaluate(UNDER, [".lane-hint", ".wall-count"]) == []
    assert await barriers(anna, "team") == []
    assert await rows_of_fields(anna) == 1

    # It is shown to all when the facilitator shows it.
    await plays.go_on(lead, METHOD.round("start"))
    await expect(chips.get_by_text("Bo", exact=True)).to_be_hidden()
    crowd.leaks.may_know(early, "wall", "other", "guest")
    await lead.button("console.reveal", lane=METHOD.lane("topic").lower()).click()
    await wall.sees(early.text)

    # Everybody writes at once around the core, in the language of the own phone.
    await plays.go_on(lead, METHOD.round("explore"))
    await all_see(METHOD.lane("work"), wall)
    await all_see(METHOD.lane("task"), anna, other)
    await guest.sees(ENGLISH.lane("task"))
    for person in (anna, other, guest):
        assert await rows_of_fields(person) == 2
    long, arabic = "Arbejdsmiljørepræsentantuddannelsesforløb kommer oveni", "نحتاج إلى وقت أطول مع المرضى"

    async def writes(person: Person, method: Method, text: str) -> None:
        for lane in FIELDS:
            await put(person, method, lane, f"{text} {lane}")

    await asyncio.gather(
        writes(anna, METHOD, long), writes(other, METHOD, "Vi mangler oplæring i"), writes(guest, ENGLISH, arabic)
    )
    notes = wall.page.locator("[data-note]")
    await expect(notes).to_have_count(12)
    assert min(await notes.evaluate_all("all => all.map((el) => parseFloat(getComputedStyle(el).fontSize))")) >= 22
    foot = await wall.page.locator(".wall-foot").bounding_box()
    assert foot
    assert max(await notes.evaluate_all("all => all.map((el) => el.getBoundingClientRect().bottom)")) <= foot["y"] + 8
    assert await wall.page.evaluate(UNDER, ["[data-note]", ".core-centre"]) == []
    for person in (wall, guest):
        assert await barriers(person, "core") == []
    assert await guest.overflow() <= 0
    await crowd.shot()

    # The last round asks for an agreement, and whether there is a date: "no date" is an answer, silence is not.
    await plays.go_on(lead, METHOD.round("weigh"))
    await anna.sees(METHOD.lane("dilemmas"))
    await guest.sees(ENGLISH.lane("dilemmas"))
    for person in (anna, guest):
        assert await rows_of_fields(person) == 1
    await plays.go_on(lead, METHOD.round("summary"))
    await anna.sees(METHOD.lane("agreement"))
    assert await rows_of_fields(anna) == 1
    # A short name of a round stays together on the button that leads to it.
    await lead.page.set_viewport_size({"width": 1366, "height": 768})
    name = lead.button("console.next").get_by_text(METHOD.round("close"), exact=True)
    lines = "el => el.getBoundingClientRect().height / parseFloat(getComputedStyle(el).lineHeight)"
    assert await name.evaluate(lines) < 1.5
    await lead.press("console.next", title=METHOD.round("close"))
    await expect(lead.dialog().get_by_role("heading", level=2)).to_have_text(lead.t("console.dialog.next_lacks"))
    await expect(lead.dialog()).to_contain_text(lead.t("console.left.note", lane=METHOD.lane("agreement")))
    await lead.press("console.stay", within=lead.dialog())
    await put(anna, METHOD, "agreement", "Når systemet har kørt en måned")
    none = METHOD.raw["sheets"][3]["lanes"][2]["fields"][0]["none_word"]["da"]
    needs = lead.page.locator(".needs")
    await needs.get_by_text(none, exact=True).click()
    await wall.sees(none)
    await expect(needs).to_have_count(0)
    await plays.go_on(lead, METHOD.round("close"))
    await anna.reads("end.take")
    assert await barriers(anna, "end") == []
