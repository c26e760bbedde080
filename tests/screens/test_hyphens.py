"""Words on walls: only those that are too wide for their line are broken; what was measured is what is drawn."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.people import LAPTOP, Crowd
from tests.screens.walls import HISTORY, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = (
    "Nye sygeplejersker og vikarbureauer",
    "Medarbejderudviklingssamtaler",
    "Fast supervision på arbejdspladsen",
    "Arbejdsmiljørepræsentanten blev hørt",
    "Dokumentationskrav og konfliktnedtrapning",
    "Ny ledergruppe",
)
NOTES = [
    {"id": f"w{at:02}", "text": WORDS[at % 6], "lane": str(2016 + at % 11), "side": ("up", "down")[at % 2]}
    for at in range(20)
]

# For each note: its words with their lines and widths, as they are drawn, and the number of lines that was measured.
DRAWN = """async () => {
  const { wordWidth } = await from('board/hyphenate.js');
  const { lineCount } = await from('notes/measure.js');
  return [...document.querySelectorAll('.board .note .words')].map((el) => {
    const style = getComputedStyle(el.parentElement);
    const size = parseFloat(style.fontSize);
    const width = el.getBoundingClientRect().width && el.clientWidth;
    const plain = el.textContent.replaceAll('\\u00ad', '');
    const tops = (range) => new Set([...range.getClientRects()].map((rect) => Math.round(rect.top / size))).size;
    const text = [...el.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const words = [...el.textContent.matchAll(/\\S+/g)].map(({ 0: word, index }) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const clean = word.replaceAll('\\u00ad', '');
      return { word, lines: tops(range), fits: wordWidth(clean) * size <= width };
    });
    const lines = Math.round(el.offsetHeight / size / 1.22);
    return { plain, width, scroll: el.scrollWidth, lines, measured: lineCount(plain, width / size, wordWidth), words };
  });
}"""


async def test_a_word_is_broken_with_a_hyphen_only_where_it_is_too_wide(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES, scene="look", round="picture")
    await page.evaluate("document.querySelectorAll('.board .note').forEach((el) => { el.style.rotate = '0deg'; })")
    notes = await page.evaluate(DRAWN)
    words = [word for note in notes for word in note["words"]]
    broken = [word for word in words if "\u00ad" in word["word"]]
    assert broken, "some words are too wide for their notes"
    assert [word for word in broken if word["fits"]] == []
    assert [word for word in words if "\u00ad" not in word["word"] and word["lines"] > 1] == []
    # Where it can be, between the parts of a compound; in so narrow a column longer parts are broken as well.
    hyphened = {word["word"].replace("\u00ad", "-") for word in broken}
    assert {"syge-plejersker", "vikar-bureauer", "super-vision", "arbejds-pladsen", "leder-gruppe"} <= hyphened
    for note in notes:
        assert note["scroll"] <= note["width"] + 1
        assert note["lines"] == note["measured"], note["plain"]
    await crowd.shot()


async def test_a_heading_on_the_wall_is_hyphenated_too(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES, scene="look", round="picture")
    await page.evaluate("document.querySelector('.wall-head h1').style.width = '4em'")
    await page.evaluate("redraw()")
    await expect(page.locator(".wall-head h1")).to_have_text(
        "Hvad har gjort en forskel for vores arbejds\u00admiljø gennem årene?"
    )


async def test_a_phone_does_not_fetch_what_breaks_words_and_a_screen_at_home_does(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HISTORY)
    link = await plays.scan(crowd, await plays.wall(crowd, (await plays.links(lead))["wall"]))
    fetched = "() => performance.getEntriesByType('resource').filter(({ name }) => /hyphen/.test(name)).length"
    anna = await crowd.phone("anna")
    await plays.join_by_link(anna, link, name="Anna")
    await anna.sees(HISTORY.round("welcome", "instruction"))
    freja = await crowd.enters("freja", LAPTOP)
    await plays.join_by_link(freja, link, name="Freja", home=True)
    await expect(freja.page.locator("board-stage:not(:empty)")).to_be_visible()
    assert await freja.page.evaluate(fetched) > 0
    assert await anna.page.evaluate(fetched) == 0


async def test_a_word_is_broken_anew_when_its_note_has_grown(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES, scene="look", round="picture")
    note = page.locator(".note", has_text="Medarbejder").first
    words = note.locator(".words")
    assert "\u00ad" in str(await words.evaluate("el => el.textContent"))
    await note.evaluate("el => { el.style.width = '900px'; }")
    await expect(words).to_have_js_property("textContent", "Medarbejderudviklingssamtaler")
