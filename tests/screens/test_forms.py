"""A new form is one file of static/js/forms and its entry in index.js: nothing else on the screens knows it.

A throw-away form is served to a real browser in that way, and is drawn, listed and chosen in like the others. What may
not live here: how the three forms of today look.
"""

from __future__ import annotations

import pytest
from playwright.async_api import Request, Route, expect

from tests.screens.people import DESK, Crowd, Person
from tests.screens.texts import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

FORMS = ROOT / "static" / "js" / "forms"
HERE = ROOT / "tests" / "screens"
SHELF = (HERE / "shelf.js").read_text("utf-8")
SHOWN = (HERE / "shelf_records.js").read_text("utf-8")


async def with_a_shelf(crowd: Crowd) -> Person:
    """A page whose scripts are the release's own, but for the new form's file and its entry in the registry."""
    anna = await crowd.enters("anna", DESK)
    registry = (FORMS / "index.js").read_text("utf-8")
    assert registry.count("  deck,\n];") == 1
    grown = "import { shelf } from './shelf.js';\n" + registry.replace("  deck,\n];", "  deck,\n  shelf,\n];")

    async def serve(route: Route, request: Request) -> None:
        body = grown if request.url.endswith("/forms/index.js") else SHELF
        await route.fulfill(body=body, content_type="text/javascript")

    for name in ("index", "shelf"):
        await anna.context.route(f"**/js/forms/{name}.js", serve)
    return anna


async def enter(anna: Person) -> None:
    await anna.page.goto("/")
    await expect(anna.field("code.label")).to_be_visible()
    root = await anna.page.evaluate("document.querySelector('script[type=module]').src.replace('main.js', '')")
    await anna.page.evaluate(SHOWN, {"root": root})


async def test_a_form_of_one_file_is_drawn_and_offers_its_targets(crowd: Crowd) -> None:
    anna = await with_a_shelf(crowd)
    await enter(anna)
    stand = anna.page.locator("#stand")
    await anna.page.evaluate(
        """async () => {
          await styled('boards.css');
          const { boardPicture } = await from('board/boards.js');
          await draw(boardPicture(shown, {
            fit: 'width', type: { most: 16, least: 12 }, interactive: true, selected: 'a',
            onPlace: (aim) => done.push(aim),
          }));
        }"""
    )
    await expect(stand.locator("[data-note]")).to_have_count(3)
    places = await stand.locator("[data-note]").evaluate_all("all => all.map((one) => one.style.translate)")
    assert places == ["10px 20px", "10px 120px", "120px 120px"]
    assert await stand.locator("board-stage").evaluate("el => el.style.height") == "200px"
    targets = stand.locator(".target")
    await expect(targets).to_have_text(["shelf Top", "shelf Low"])
    await targets.nth(1).dispatch_event("click")
    assert await anna.page.evaluate("done") == [{"note": "a", "lane": "low", "row": "r1", "side": ""}]


async def test_a_form_of_one_file_is_listed_on_a_phone_and_says_where_a_note_may_go(crowd: Crowd) -> None:
    anna = await with_a_shelf(crowd)
    await enter(anna)
    stand = anna.page.locator("#stand")
    await anna.page.evaluate("async () => draw((await from('pages/phone/board.js')).boardList(ui, shown))")
    await expect(stand.locator("h2")).to_have_text(["Shelf Top", "Shelf Low"])
    await expect(stand.locator("section", has=anna.page.locator("h2")).nth(1).locator(".entry .note")).to_have_text(
        ["Note b", "Note c"]
    )
    # A note that is up is moved by what the form lets one choose.
    await anna.page.evaluate(
        """async () => {
          ui.dialog = { kind: 'note', note: shown.note('b'), text: 'Note b' };
          await draw((await from('pages/phone/dialogs.js')).dialog(ui, shown));
        }"""
    )
    await expect(stand.locator(".chip")).to_have_text(["Onto Top", "Onto Low"])
    await expect(stand.locator(".chip[aria-pressed=true]")).to_have_text("Onto Low")
    await stand.locator(".chip").first.click()
    # After the note that is there.
    assert await anna.page.evaluate("done") == [["move", {"note": "b", "lane": "top", "spot": 1}]]
    # A draft goes up where the form says that it may.
    assert await anna.page.evaluate(
        """async () => {
          const turn = await from('pages/phone/turn.js');
          const { mayPut } = await from('pages/phone/notes.js');
          ui.part = (name) => (name === 'turn' ? turn : null);
          return mayPut(ui, shown, note('d', '', { draft: true, mine: true, can: ['place'] })).lanes;
        }"""
    ) == ["top"]


async def test_a_form_of_one_file_gives_the_console_its_rows_and_a_card_its_drawing(crowd: Crowd) -> None:
    anna = await with_a_shelf(crowd)

    async def cards(route: Route) -> None:
        answer = await route.fetch()
        known = await answer.json()
        for card in known if isinstance(known, list) else known["methods"]:
            card["sheets"].append({"form": "shelf", "per_group": False, "back": 10, "lanes": []})
        await route.fulfill(response=answer, json=known)

    await anna.context.route("**/api/methods", cards)
    await enter(anna)
    rows = anna.page.locator(".workshop-row")
    await expect(rows.first).to_be_visible()
    await expect(rows.locator(".shelf-art")).to_have_count(await rows.count())
    rows = await anna.page.evaluate(
        """async () => {
          const { composer } = await from('pages/console/write.js');
          const { context } = ui;
          const state = { writer: '', selected: '', picked: {} };
          await draw(composer({ state, context, emit: context.emit, set() {} }, shown));
          return [...document.querySelectorAll('#stand select[name=row] option')].map((one) => one.textContent);
        }"""
    )
    assert rows == ["left", "right"]


async def test_a_grid_of_two_rows_is_seen_on_a_phone_as_a_picture(crowd: Crowd) -> None:
    anna = await with_a_shelf(crowd)
    await enter(anna)
    await anna.page.evaluate(
        """async () => {
          await styled('boards.css');
          const grid = { ...shown.sheets[0], form: 'grid' };
          const groups = ['g1', 'g2'].map((id, at) => ({ id, number: at + 1, shown: true }));
          const rows = groups.map(({ id }) => ({
            id: `row-${id}`, group: id, text: `Dilemma of ${id}`, marks: {}, reach: 'all', open: [],
            locked: {}, marks_open: [],
          }));
          shown.notes.forEach((one, at) => { one.row = rows[at % 2].id; });
          const row = (id) => rows.find((one) => one.id === id) ?? null;
          Object.assign(shown, { groups, rows, row, sheets: [grid], sheet: () => grid });
          const { boardPicture } = await from('board/boards.js');
          await draw(boardPicture(shown, { fit: 'width', type: { most: 19, least: 12 } }));
        }"""
    )
    stand = anna.page.locator("#stand")
    await expect(stand.get_by_role("heading", level=3)).to_have_text(["Dilemma of g1", "Dilemma of g2"])
    await expect(stand.locator(".note .words")).to_have_text(["Note a", "Note c", "Note b"])
    # Nothing lies outside the board, which clips what does.
    low = await stand.locator("board-stage").evaluate(
        """el => [el.getBoundingClientRect().bottom,
          ...[...el.querySelectorAll('.note, h3')].map((one) => one.getBoundingClientRect().bottom)]"""
    )
    assert low[0] >= max(low[1:]) > 100, low
