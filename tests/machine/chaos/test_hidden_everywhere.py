"""T13: hidden is hidden, in every method: what everybody is sent, byte by byte, while texts of all kinds are hidden.

Nothing here says a method's id: what is hidden where follows from the methods' tables (watched.py, marked.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import pytest

from board_schema.board import DAY
from board_schema.method import Method
from board_schema.wire import Close
from server import store
from tests.machine.chaos.houses import Running, running
from tests.machine.chaos.marked import Marks, mark, marked, marks_in
from tests.machine.chaos.watched import Watched, new_id
from tests.machine.memory import found_in
from tests.rules.play import BUILT_IN, ENDING, PROGRAMMES, TALKS

AWAY = "P5"  # who writes ahead and is not there when the day begins
BACK = 2  # of the rounds that begin after the first, the one in which they come


class Home(NamedTuple):
    tavle: Running
    methods: dict[str, tuple[str, Marks]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A whole Tavle with the marked methods."""
    folder = tmp_path_factory.mktemp("marked")
    methods = {stem: marked(stem) for stem in BUILT_IN}
    for stem, (text, _) in methods.items():
        (folder / f"{stem}.toml").write_text(text, encoding="utf-8")
    with running(folder / "data", environ={"TAVLE_METHODS": str(folder)}) as started:
        yield Home(started, methods)


@contextlib.asynccontextmanager
async def watching(home: Home, stem: str, seed: int) -> AsyncIterator[Watched]:
    """A workshop of a marked method, to whose log the test listens; its connections are closed afterwards."""
    shelf = store.connect(home.tavle.url)
    show = Watched(home.tavle, shelf, *home.methods[stem], seed=seed)
    try:
        yield await show.open()
    finally:
        await show.close()
        await shelf.close()


async def written_ahead(show: Watched) -> None:
    """Drafts for a day to come (R37): written, changed, taken back, and nobody else's before their round shows them."""
    day = show.console["board"]["began"] + 3 * DAY
    assert await show.do("F", "setup", day=day) == ""
    await show.level()
    for name in ("P1", "P2", AWAY):
        place = show.me(name)["write"]
        assert place["reach"] == "own"
        notes = [new_id() for _ in range(3)]
        for note in notes:
            where = {"sheet": place["sheet"], "lane": place["lanes"][0]}
            assert await show.do(name, "write", note=note, text=mark(), **where) == ""
        assert await show.do(name, "edit", note=notes[0], text=mark()) == ""
        assert await show.do(name, "delete", note=notes[1]) == ""
    await show.look_everywhere("json")
    await show.leaves(AWAY)


def hides(method: Method) -> set[str]:
    """What kinds of hidden texts a method has, by its tables."""
    rounds = [item for item in method.rounds if not item.pick]
    found = {"own"} if any(item.private or (item.claim and item.write) for item in rounds) else set()
    found |= {item.see for item in rounds if item.see in ("team", "group") and (item.write or item.place)}
    found |= {"pad"} if method.scribe else set()
    return found | ({"cards"} if method.decks else set())


@pytest.mark.parametrize("stem", ENDING)
async def test_T13_nobody_is_sent_what_is_hidden_from_them(home: Home, stem: str, seed: int) -> None:
    async with watching(home, stem, seed) as show:
        if show.method.ahead:
            await written_ahead(show)
        rounds = [item["id"] for item in show.console["method"]["rounds"]]
        await show.lead()
        for nth, to in enumerate(rounds[1:]):
            await show.lead(to)
            if nth == BACK and show.gone:
                pid = show.actors[AWAY].pid
                own = [note.text for note in show.board.notes.values() if note.author == pid]
                assert (show.board.people[pid].away, len(own)) == (True, 2)
                assert not any(marks_in(text) & show.heard[who] for text in own for who in show.screens)
                await show.returns(AWAY)
        assert hides(show.method) <= show.hidden, "not all of it was there to be leaked"
        await the_leader_reads_and_answers(show)
        assert await show.do("F", "close") == ""
        await the_leader_reads_and_answers(show, answers=True)
        await show.look_everywhere("pdf", "svg", by="P2")
        assert await show.do("F", "seal") == ""
        await show.follow()
        await show.look_everywhere("md", by="P3")
        for name in ("F", "W", "P2", "L"):
            assert show.heard[name], f"{name} heard nothing"
        told = {secret for secret, told in show.marks.items() if told.who == "F"}
        assert told <= show.heard["F"], "not all texts of the file were sent to whom they are for"
        assert show.heard["files"]
        assert show.heard["leader"]


@pytest.mark.parametrize("stem", PROGRAMMES)
async def test_T13_R41_nobody_is_sent_what_is_hidden_in_a_programme_nor_after_a_sitting(
    home: Home, stem: str, seed: int
) -> None:
    async with watching(home, stem, seed) as show:
        rounds = [item["id"] for item in show.console["method"]["rounds"]]
        await show.lead()
        for to in rounds[1:]:
            await show.lead(to)
            place = show.me("F").get("write")
            for lane in place["lanes"] if place else ():  # what those who lead write themselves, and people do not
                where = {"sheet": place["sheet"], "lane": lane}
                assert await show.do("F", "write", note=new_id(), text=mark(), **where) == ""
            await show.look_everywhere()
        assert hides(show.method) <= show.hidden, "not all of it was there to be leaked"
        assert await show.do("F", "sitting", on=False) == ""
        for name in [name for name in show.screens if name not in ("F", "W")]:
            assert await show.screens.pop(name).ended() == Close.OVER
        show.minds.clear()
        await show.follow()
        await show.look_everywhere("json", "md")
        for name in ("F", "W", "P2", "L"):
            assert show.heard[name], f"{name} heard nothing"


async def the_leader_reads_and_answers(show: Watched, *, answers: bool = False) -> None:
    """The leader's link: what was picked, and nothing else, in every file and in what is to be answered (R29, R38)."""
    lead = show.ways["F"]["token"]
    door = await show.recorder.call("F", f"{show.api}/door", body={"renew": "leader"}, token=lead)
    token = door.json["leader"].partition("#k=")[2]
    for ending in ("json", "md", "pdf"):
        assert (await show.call("leader", f"{show.api}/leader/x.{ending}?lang=da", token=token)).status == 200
    found = await show.call("leader", f"{show.api}/answers", token=token)
    if not any(lane.answers for lane in show.method.picks.lanes):  # type: ignore[union-attr]
        assert (found.status, found.json) == (200, None)
    elif answers:
        note = found.json["notes"][0]["note"]
        said = {"note": note, "text": mark(), "fields": {}, "from": ""}
        show.may["leader"].add(said["text"].rstrip("ø"))  # type: ignore[union-attr]
        assert (await show.call("leader", f"{show.api}/answers", body=said, token=token)).status == 200
        await show.follow()


@pytest.mark.parametrize("stem", TALKS)
async def test_T13_R33_R34_words_are_shown_and_nothing_of_them_stays(home: Home, stem: str, seed: int) -> None:
    async with watching(home, stem, seed) as show:
        typed: list[str] = []
        for nth, item in enumerate(show.console["method"]["rounds"]):
            await show.lead(item["id"] if nth else "")
            for name in [name for name in show.minds if any(part["words"] for part in show.me(name)["parts"])]:
                typed.append(mark())
                declared = next(part["words"] for part in show.me(name)["parts"] if part["words"])[0]["da"]
                for who in show.screens:
                    show.may[who] |= {word.rstrip("ø") for word in (typed[-1], declared)}
                await show.screens[name].send(["words", [0, typed[-1]]])
                for tab in show.screens.values():
                    await tab.until(lambda tab=tab: typed[-1].encode() in b"".join(tab.raw))  # type: ignore[misc]
                await show.screens[name].send(["words", []])
                await show.level()
                await show.look_everywhere("json")
        assert len(typed) > 1
        for who in show.screens:
            assert {word.rstrip("ø") for word in typed} <= show.heard[who]
        home_store = home.tavle.store()
        assert not found_in(home_store, typed), "the store's memory holds a word"
        for path in home.tavle.data_dir.rglob("*"):
            if path.is_file():
                assert not any(word.encode() in path.read_bytes() for word in typed), path
        assert await show.screens["F"].op("close")
        for tab in show.screens.values():
            assert await tab.ended() == Close.GONE
        show.look()
