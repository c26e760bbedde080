"""What is written without a network arrives once and in order, whatever becomes of the page meanwhile.

What may not live here: a way round the screens to write; frames are read, never sent.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgpack import unpackb
from playwright.async_api import Page, expect

from tests.screens import plays
from tests.screens.people import Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")
TEN_MINUTES = "10:00"
WORDS = tuple(f"{word} uden net" for word in ("Første", "Anden", "Tredje", "Fjerde", "Femte"))
NOISE = ("ERR_INTERNET_DISCONNECTED", "WebSocket connection")


async def writing(crowd: Crowd, *, before: str = "", clock: bool = True) -> tuple[Person, Person]:
    """A console, and a phone in a round where one writes; `before` runs before the phone's first page."""
    crowd.expect_noise(*NOISE)
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    anna = await crowd.phone("anna")
    if before:
        await anna.context.add_init_script(before)
    if clock:
        await anna.page.clock.install()
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    await anna.sees(FV.round("critique", "instruction"))
    return lead, anna


async def write_offline(anna: Person, words: Sequence[str]) -> None:
    await anna.reads("line.away")
    for text in words:
        await plays.write(anna, text)
        await anna.sees(text)
    await anna.reads("line.away_waiting", n=len(words))


async def all_kept(anna: Person, count: int) -> None:
    """The base has them: what is on the screen is a moment ahead of it."""
    await anna.page.wait_for_function(
        """(count) => new Promise((done) => {
          const asked = indexedDB.open('tavle');
          asked.onsuccess = () => {
            const all = asked.result.transaction('series').objectStore('series').getAll();
            all.onsuccess = () => {
              asked.result.close();
              done(all.result.reduce((sum, kept) => sum + kept.state.pending.length, 0) === count);
            };
          };
        })""",
        arg=count,
        polling=50,
    )


async def kill(page: Page) -> None:
    """As a phone does that needs its memory: the page gets no chance to say goodbye."""
    await page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true })")
    await page.close()


async def nothing_waits(anna: Person) -> None:
    await expect(anna.text(anna.t.pattern("line.away_waiting"))).to_have_count(0)
    await expect(anna.text(anna.t.pattern("line.away"))).to_have_count(0)


def sent(crowd: Crowd, name: str) -> list[str]:
    """The texts that a phone's frames carried, in their order."""
    frames = [unpackb(one.data) for one in crowd.leaks.pieces if (one.who, one.kind, one.way) == (name, "frame", "out")]
    return [frame[3]["text"] for frame in frames if frame[0] == "op" and frame[2] == "write"]


async def each_arrived_once(lead: Person, words: Sequence[str]) -> None:
    await lead.button("console.reveal", lane=FV.lane("critique").lower()).click()
    for text in words:
        await lead.sees(text)
        await expect(lead.page.get_by_role("listitem").filter(has_text=text)).to_have_count(1)


@pytest.mark.parametrize("end", ["closed", "killed"])
async def test_ten_minutes_offline_and_the_page_gone(crowd: Crowd, end: str) -> None:
    lead, anna = await writing(crowd)
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS)
    await anna.page.clock.fast_forward(TEN_MINUTES)
    await anna.sees(*WORDS)
    await all_kept(anna, len(WORDS))
    if end == "killed":
        await kill(anna.page)
    else:
        await anna.page.close()
    await anna.context.set_offline(False)
    anna.page = await anna.context.new_page()
    await anna.page.goto(address)
    await anna.sees(FV.round("critique", "instruction"))
    if end == "killed":
        # The dead page may yet be alive for all that is known; until it has been silent for long.
        await anna.page.clock.fast_forward(30_000)
    await anna.reads("phone.mine", n=len(WORDS))
    await anna.sees(*WORDS)
    await nothing_waits(anna)
    await crowd.shot(anna)
    assert sent(crowd, "anna") == list(WORDS)
    await each_arrived_once(lead, WORDS)
    await anna.page.reload()
    await anna.reads("phone.up", n=len(WORDS))
    assert sent(crowd, "anna") == list(WORDS)


async def test_ten_minutes_offline_and_back_on_the_same_page(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS)
    await anna.page.clock.fast_forward(TEN_MINUTES)
    await anna.context.set_offline(False)
    await nothing_waits(anna)
    assert sent(crowd, "anna") == list(WORDS)
    await each_arrived_once(lead, WORDS)


async def test_two_tabs_of_one_person_do_not_fight(crowd: Crowd) -> None:
    lead, anna = await writing(crowd, clock=False)
    other = Person("anna", anna.context, await anna.context.new_page(), anna.t, crowd)
    await other.page.goto(anna.page.url)
    await other.sees(FV.round("critique", "instruction"))
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    await write_offline(other, WORDS[2:])
    await all_kept(anna, len(WORDS))
    await anna.context.set_offline(False)
    for tab in (anna, other):
        await nothing_waits(tab)
        await tab.reads("phone.mine", n=len(WORDS))
    texts = sent(crowd, "anna")
    assert sorted(texts) == sorted(WORDS)
    assert [text for text in texts if text in WORDS[:2]] == list(WORDS[:2])
    assert [text for text in texts if text in WORDS[2:]] == list(WORDS[2:])
    await each_arrived_once(lead, WORDS)


async def test_a_tab_whose_series_was_taken_while_it_slept_loses_nothing(crowd: Crowd) -> None:
    lead, anna = await writing(crowd)
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:2])
    await all_kept(anna, 2)
    # It sleeps: its clock stands, and for the next page it has been silent for long.
    await anna.page.clock.pause_at(await anna.page.evaluate("Date.now() + 1000"))
    other = Person("anna", anna.context, await anna.context.new_page(), anna.t, crowd)
    await anna.context.set_offline(False)
    await other.page.goto(address)
    await other.page.clock.fast_forward(TEN_MINUTES)
    await other.page.clock.resume()
    await anna.reads("phone.mine", n=2)
    await plays.write(anna, WORDS[2])
    for tab in (anna, other):
        await tab.reads("phone.mine", n=3)
        await nothing_waits(tab)
    await each_arrived_once(lead, WORDS[:3])


async def test_without_a_base_the_storage_keeps_it(crowd: Crowd) -> None:
    lead, anna = await writing(crowd, before="delete window.indexedDB; delete Window.prototype.indexedDB")
    assert await anna.page.evaluate("typeof window.indexedDB") == "undefined"
    address = anna.page.url
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS)
    await anna.page.close()
    await anna.context.set_offline(False)
    anna.page = await anna.context.new_page()
    await anna.page.goto(address)
    await anna.reads("phone.mine", n=len(WORDS))
    await nothing_waits(anna)
    assert sent(crowd, "anna") == list(WORDS)
    await each_arrived_once(lead, WORDS)


async def test_where_nothing_can_be_kept_one_is_told(crowd: Crowd) -> None:
    full = """delete window.indexedDB; delete Window.prototype.indexedDB;
    const put = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      if (key.startsWith('tavle.tab.') && this === localStorage) throw new DOMException('full', 'QuotaExceededError');
      put.call(this, key, value);
    };"""
    lead, anna = await writing(crowd, before=full)
    await anna.context.set_offline(True)
    await write_offline(anna, WORDS[:1])
    await anna.sees("Lad siden stå åben, til nettet er tilbage.")
    await crowd.shot(anna)
    await anna.context.set_offline(False)
    await nothing_waits(anna)
    await each_arrived_once(lead, WORDS[:1])
