"""Texts written without a network arrive once and in order, even if the page is reloaded, closed, killed or copied.

Pages are reloaded, closed, killed, frozen and copied; a browser is killed as by an empty battery.

What may not live here: a way round the screens to write; frames are read, never sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgpack import unpackb
from playwright.async_api import Browser, BrowserContext, Error, Locator, Page, expect

from tests.screens import plays
from tests.screens.conftest import FLAGS
from tests.screens.house import NAME
from tests.screens.people import PATIENCE, PHONE, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")
TEN_MINUTES = "10:00"
WORDS = tuple(f"{word} uden net" for word in ("Første", "Anden", "Tredje", "Fjerde"))
NOISE = ("ERR_INTERNET_DISCONNECTED", "WebSocket connection")
NO_BASE = "indexedDB.open = () => { throw new DOMException('private', 'SecurityError'); };"
NO_STORAGE = """
  for (const kind of ['setItem', 'getItem', 'removeItem']) {
    const was = Storage.prototype[kind];
    Storage.prototype[kind] = function (key, ...more) {
      if (key.startsWith('tavle.op')) throw new DOMException('full', 'QuotaExceededError');
      return was.call(this, key, ...more);
    };
  }"""


async def writing(crowd: Crowd, *, before: str = "", clock: bool = False, plain: bool = False) -> tuple[Person, Person]:
    """A console, and a phone in a round where one writes; `before` runs before the phone's first page.

    `plain`: on a name that is not localhost, as on a hospital's network, where browsers withhold much.
    """
    crowd.expect_noise(*NOISE)
    if plain:
        crowd.expect_noise("403", "Cross-Origin-Opener-Policy")
        crowd.base = crowd.base.replace("127.0.0.1", NAME)
    lead = await plays.start(crowd, FV, key=crowd.house.key if plain else "")
    ways = await plays.links(lead)
    anna = await crowd.phone("anna")
    if before:
        await anna.context.add_init_script(before)
    if clock:
        await anna.page.clock.install()
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    await is_in(anna)
    return lead, anna


async def is_in(*people: Person) -> None:
    for person in people:
        await person.sees(FV.round("critique", "instruction"))


async def another_page(person: Person, address: str = "") -> Person:
    """A further page in the same browser."""
    made = Person(person.name, person.context, await person.context.new_page(), person.t, person.crowd)
    if address:
        await made.page.goto(address)
        await is_in(made)
    return made


async def write_offline(person: Person, words: Sequence[str]) -> None:
    """Write, and wait until each note says that it is kept."""
    await person.reads("line.away")
    for text in words:
        await plays.write(person, text)
    await person.reads("line.away_waiting", n=len(words))
    kept = person.page.get_by_role("listitem").filter(has_text=person.t("note.waits"))
    await expect(kept).to_have_count(len(words))


async def all_quiet(*people: Person) -> None:
    """Nothing is said about the connection any more, and no note waits."""
    for person in people:
        for key in ("line.away", "line.away_waiting", "line.away_open", "note.waits", "note.waits_open"):
            await expect(person.text(person.t.pattern(key))).to_have_count(0)


def sent(crowd: Crowd, name: str) -> list[str]:
    """The texts that somebody's frames carried, in their order, each at its first sending."""
    frames = [unpackb(one.data) for one in crowd.leaks.pieces if (one.who, one.kind, one.way) == (name, "frame", "out")]
    return list(dict.fromkeys(frame[3]["text"] for frame in frames if frame[0] == "op" and frame[2] == "write"))


async def each_arrived_once(lead: Person, words: Sequence[str], *people: Person) -> None:
    """All is shown, and every note is there once, on the console and for those who wrote."""
    for person in people:
        await person.reads("phone.mine", n=len(words))
    await all_quiet(*people)
    await lead.press("console.reveal", lane=FV.lane("critique").lower())
    notes = lead.page.get_by_role("listitem")
    for text in words:
        await expect(notes.filter(has_text=text)).to_have_count(1)
    await expect(notes.filter(has_text="uden net")).to_have_count(len(words))
    for person in people:
        await person.reads("phone.up", n=len(words))


async def dies(page: Page) -> None:
    """Kill the page's process: no event handler runs, and nothing is kept that it had not stored."""
    line = await page.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        last = asyncio.create_task(line.send("Page.crash"))
    last.cancel()
    with contextlib.suppress(Error, asyncio.CancelledError):
        await last
    await page.close()


async def freezes(page: Page, state: str = "frozen") -> None:
    """As a phone does with a page that is not looked at: it stands still, and may come to life again (`active`)."""
    line = await page.context.new_cdp_session(page)
    await line.send("Page.setWebLifecycleState", {"state": state})


async def reload_offline(person: Person) -> None:
    """Without a network a reload leads to the browser's own page of error; that page must not load anew by itself."""
    with contextlib.suppress(Error):
        await person.page.reload()
    await person.page.wait_for_url("chrome-error://**")
    await person.page.goto("about:blank")


async def test_P4_ten_minutes_offline_and_back_on_the_same_page(crowd: Crowd) -> None:
    lead, anna = await writing(crowd, clock=True)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:3])
    await crowd.shot(anna)
    await anna.page.clock.fast_forward(TEN_MINUTES)
    await anna.reads("line.away_waiting", n=3)
    await anna.context.set_offline(False)
    await each_arrived_once(lead, WORDS[:3], anna)
    assert sent(crowd, "anna") == list(WORDS[:3])


async def test_P4_reloaded_while_offline(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    box = anna.page.get_by_role("textbox").locator("visible=true").first
    # At once after the last tap, and with something half written.
    await plays.write(anna, WORDS[2])
    await box.fill("Halvt skrev")
    await reload_offline(anna)
    await anna.context.set_offline(False)
    await anna.page.goto(address)
    await expect(box).to_have_value("Halvt skrev")
    await each_arrived_once(lead, WORDS[:3], anna)


async def test_P4_reloaded_at_once_after_every_tap(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    for text in WORDS:
        await plays.write(anna, text)
        await anna.page.reload()
        await is_in(anna)
    await each_arrived_once(lead, WORDS, anna)
    assert sent(crowd, "anna") == list(WORDS)


@pytest.mark.parametrize("end", ["closed", "killed", "killed_on_plain_http"])
async def test_P4_the_next_page_sends_what_one_that_is_gone_left(crowd: Crowd, end: str) -> None:
    lead, anna = await writing(crowd, plain=end.endswith("plain_http"))
    assert await anna.page.evaluate("isSecureContext") is not end.endswith("plain_http")
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS)
    await (anna.page.close() if end == "closed" else dies(anna.page))
    await anna.context.set_offline(False)
    anna = await another_page(anna, address)
    await each_arrived_once(lead, WORDS, anna)
    assert sent(crowd, "anna") == list(WORDS)


async def test_P4_a_page_that_is_open_sends_what_another_one_left(crowd: Crowd) -> None:
    lead, anna = await writing(crowd, clock=True)
    other = await another_page(anna, anna.page.url)
    await anna.context.set_offline(True)
    await write_offline(other, WORDS[:3])
    await dies(other.page)
    await anna.context.set_offline(False)
    await all_quiet(anna)
    await anna.page.clock.fast_forward("00:10")
    await anna.page.clock.fast_forward("00:10")
    await each_arrived_once(lead, WORDS[:3], anna)
    assert sent(crowd, "anna") == list(WORDS[:3])
    # And it goes on in its own series.
    await plays.write(anna, WORDS[3])
    await lead.press("console.reveal_again", lane=FV.lane("critique").lower())
    await anna.reads("phone.up", n=4)


async def test_P4_two_tabs_of_one_person_do_not_fight(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    other = await another_page(anna, anna.page.url)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    await write_offline(other, WORDS[2:])
    await anna.context.set_offline(False)
    await each_arrived_once(lead, WORDS, anna, other)
    texts = sent(crowd, "anna")
    assert [text for text in texts if text in WORDS[:2]] == list(WORDS[:2])
    assert [text for text in texts if text in WORDS[2:]] == list(WORDS[2:])


async def test_O2_a_copied_tab_does_not_fight_with_the_first(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    await plays.write(anna, WORDS[0])
    await anna.reads("phone.mine", n=1)
    await anna.page.reload()  # so that this page goes on with a series that it was handed
    await is_in(anna)
    async with anna.page.expect_popup() as coming:  # which copies what the tab keeps, as "duplicate tab" does
        await anna.page.evaluate("() => { window.open(location.href); }")
    copy = Person("anna", anna.context, await coming.value, anna.t, crowd)
    await is_in(copy)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[1:2])
    await write_offline(copy, WORDS[2:])
    await anna.context.set_offline(False)
    await each_arrived_once(lead, WORDS, anna, copy)
    assert sorted(sent(crowd, "anna")) == sorted(WORDS)


async def test_O2_a_page_that_slept_while_another_one_sent_its_notes(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    await freezes(anna.page)
    await anna.context.set_offline(False)
    other = await another_page(anna, address)
    await other.reads("phone.mine", n=2)
    await plays.write(other, WORDS[2])
    await other.reads("phone.mine", n=3)
    await freezes(anna.page, "active")
    await anna.reads("phone.mine", n=3)
    await plays.write(anna, WORDS[3])
    await each_arrived_once(lead, WORDS, anna, other)


async def test_P4_a_browser_that_was_killed_sends_it_when_it_is_opened_again(
    crowd: Crowd, chromium: Browser, tmp_path: Path
) -> None:
    async def opened() -> BrowserContext:
        return await chromium.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=os.environ.get("TAVLE_CHROMIUM") or "/usr/bin/chromium", args=FLAGS,
            viewport=PHONE, locale="en-US", has_touch=True, base_url=crowd.base,
        )  # fmt: skip

    crowd.expect_noise(*NOISE)
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    anna = await crowd.meets("anna", await opened())
    await plays.join_by_code(anna, ways["code"], name="Anna")
    address = anna.page.url
    await plays.go_on(lead, FV.round("critique"))
    await is_in(anna)
    await anna.context.close()  # so that the way in is on the disk, which Chromium is in no hurry with
    anna = await crowd.meets("anna", await opened())
    await anna.page.goto(address)
    await is_in(anna)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS)
    async with asyncio.timeout(30):
        gone = asyncio.Event()
        anna.context.once("close", lambda _: gone.set())
        for process in started_with(f"--user-data-dir={tmp_path / 'profile'}"):
            os.kill(process, signal.SIGKILL)
        await gone.wait()
    anna = await crowd.meets("anna", await opened())
    await anna.page.goto(address)
    await each_arrived_once(lead, WORDS, anna)
    assert sent(crowd, "anna") == list(WORDS)


def started_with(word: str) -> list[int]:
    """The processes that were started with this word: a browser, and a script that started it."""
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if word in words_of(path)]


def words_of(path: Path) -> list[str]:
    """What a process was started with; nothing when it has ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").split("\0")
    except OSError:
        return []


async def test_P4_without_a_base_the_storage_keeps_it(crowd: Crowd) -> None:
    lead, anna = await writing(crowd, before=NO_BASE)
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS)
    await dies(anna.page)
    await anna.context.set_offline(False)
    anna = await another_page(anna, address)
    await each_arrived_once(lead, WORDS, anna)
    assert sent(crowd, "anna") == list(WORDS)


async def test_P4_where_nothing_can_be_kept_nothing_false_is_said(crowd: Crowd) -> None:
    lead, anna = await writing(crowd, before=NO_BASE + NO_STORAGE)
    await anna.context.set_offline(True)
    await anna.reads("line.away")
    await plays.write(anna, WORDS[0])
    await plays.write(anna, WORDS[1])
    await anna.reads("line.away_open")
    await expect(anna.page.get_by_role("listitem").filter(has_text=anna.t("note.waits_open"))).to_have_count(2)
    await expect(anna.text(anna.t("note.waits"))).to_have_count(0)
    await crowd.shot(anna)
    await anna.context.set_offline(False)
    await each_arrived_once(lead, WORDS[:2], anna)


async def test_O4_a_text_that_was_turned_down_survives_a_reload(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    await anna.page.close()
    for title in ("dream", "realise", "close"):
        await plays.go_on(lead, FV.round(title), confirm=True)  # nothing was shown in the round before
    await plays.close(lead)
    await anna.context.set_offline(False)
    anna = Person("anna", anna.context, await anna.context.new_page(), anna.t, crowd)
    await anna.page.goto(address)
    await anna.sees(*WORDS[:2])
    await anna.page.reload()
    await anna.sees(*WORDS[:2])
    await crowd.shot(anna)


async def test_O4_whoever_was_removed_finds_the_unsent_texts_again_when_they_come_back(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    ways = await plays.links(lead)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    await plays.row(lead, "Anna").click()
    await lead.text(lead.t("console.remove"), exact=True).click()
    await lead.press("console.remove_now", within=lead.dialog(), name="Anna")
    await expect(plays.row(lead, "Anna")).to_have_count(0)
    await anna.context.set_offline(False)
    await anna.reads("close.removed.title")
    await plays.join_by_code(anna, ways["code"], name="Anna igen")
    await is_in(anna)
    box = anna.page.get_by_role("textbox").locator("visible=true").first
    await expect(box).to_have_value(WORDS[0])
    await anna.sees(anna.t("lost.text", text=WORDS[1]))
    await crowd.shot(anna)
    assert sent(crowd, "anna") == []


def papers(person: Person) -> Locator:
    """The notes on a board picture: each says its lane and its text."""
    return person.page.get_by_role("listitem").filter(has_text=re.compile("uden net|med net"))


async def same_board(*people: Person) -> list[str]:
    """The lane and text of every note, which are the same on every screen."""
    boards = [sorted(" ".join(text.split()) for text in await papers(person).all_inner_texts()) for person in people]
    assert all(board == boards[0] for board in boards), boards
    return boards[0]


async def place(note: Locator) -> tuple[float, float]:
    """The middle of a note, in px of its window."""
    box = await note.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def lies_at(note: Locator, spot: tuple[float, float], *, near: bool) -> None:
    """Whether a note is where it was, or has been dragged away."""
    async with asyncio.timeout(PATIENCE / 1000):
        while (max(abs(one - other) for one, other in zip(await place(note), spot, strict=True)) < 4) is not near:
            await note.page.evaluate("() => new Promise(requestAnimationFrame)")


async def test_T19_reloaded_while_a_drag_is_under_way(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    bo = await crowd.phone("bo")
    await plays.join_by_code(bo, ways["code"], name="Bo")
    await is_in(bo)
    for person, text in ((anna, "Én med net"), (bo, "To med net")):
        await plays.write(person, text)
        await person.reads("phone.mine", n=1)
    await lead.press("console.reveal", lane=FV.lane("critique").lower())
    await plays.look(bo)
    await bo.press("board.picture")
    for person in (lead, wall, bo):
        await expect(papers(person)).to_have_count(2)

    # -- Anna is offline with a note that is not sent; the facilitator carries one, and their page is loaded anew --
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:1])
    await anna.page.get_by_role("textbox").locator("visible=true").first.fill("Halvt skrev")
    there = {person: papers(person).filter(has_text="Én med net") for person in (wall, bo)}
    rest = {person: await place(note) for person, note in there.items()}
    carried = papers(lead).filter(has_text="Én med net")
    await carried.scroll_into_view_if_needed()
    x, y = await place(carried)
    await lead.page.mouse.move(x, y)
    await lead.page.mouse.down()
    await lead.page.mouse.move(x + 200, y - 60, steps=5)
    for person, note in there.items():
        await lies_at(note, rest[person], near=False)
    await crowd.shot(lead, wall, bo)
    await asyncio.gather(lead.page.reload(), reload_offline(anna))
    for person, note in there.items():
        await lies_at(note, rest[person], near=True)
    await expect(papers(lead)).to_have_count(2)

    # -- and all goes on: what she wrote comes, and a note is carried to its place --
    await anna.context.set_offline(False)
    await anna.page.goto(address)
    await expect(anna.page.get_by_role("textbox").locator("visible=true").first).to_have_value("Halvt skrev")
    await anna.reads("phone.mine", n=1)
    await lead.press("console.reveal_again", lane=FV.lane("critique").lower())
    await plays.go_on(lead, FV.round("dream"))
    await bo.sees(FV.round("dream", "instruction"))
    await plays.look(anna, bo)
    for person in (anna, bo):
        await person.press("board.picture")
    for person in (lead, wall, anna, bo):
        await expect(papers(person)).to_have_count(3)
    await carried.scroll_into_view_if_needed()
    await lead.page.mouse.move(*await place(carried))
    await lead.page.mouse.down()
    await lead.page.mouse.move(
        *await place(lead.page.get_by_role("heading", name=FV.lane("dream"), exact=True).last), steps=5
    )
    await lead.page.mouse.up()
    for person in (lead, wall, anna, bo):
        await expect(papers(person).filter(has_text=f"{FV.lane('dream')}: Én med net")).to_have_count(1)
    await crowd.shot()
    assert await same_board(lead, wall, anna, bo) == sorted(
        [f"{FV.lane('critique')}: {WORDS[0]}", f"{FV.lane('critique')}: To med net", f"{FV.lane('dream')}: Én med net"]
    )
