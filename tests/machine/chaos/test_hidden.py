"""T13: hidden is hidden. Workshops are played; every byte to everybody is searched for canaries.

The same run must find each canary where it belongs: a search that finds nothing proves nothing.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

from board_schema.wire import Close
from server import store
from tests.machine.chaos.houses import Running
from tests.machine.chaos.recorder import Recorder, canary
from tests.machine.talk import Tab, join, new_workshop

EXPORTS = ("tavle.svg", "tavle.pdf", "tavle.md", "tavle.csv", "tavle.json")


WAYS = ("open", "poll")  # of the fall-back (P8 to P12)


class Play:
    """A workshop with everybody's ears open. `tabs` by name: lead, wall, listener, scribe, P1..

    Everybody listens three times: over a WebSocket, which also speaks, and over both kinds of line.
    """

    def __init__(self, tavle: Running) -> None:
        self.tavle = tavle
        self.recorder = Recorder(tavle.base)
        self.tabs: dict[str, Tab] = {}
        self.lines: dict[str, list[Tab]] = {}
        self.ways: dict[str, dict[str, Any]] = {}

    async def open(self, method: str, phones: int) -> Play:
        made = await new_workshop(self.tavle.base, method, leader="part")
        self.ways = {"lead": made, "wall": {**made, "token": made["wall"]}}
        for name in ("scribe", *(f"P{i}" for i in range(1, phones + 1))):
            self.ways[name] = await join(self.tavle.base, made["code"], name=f"Navn {name}")
        door = (await self.recorder.call("lead", f"/api/board/{made['board']}/door", token=made["token"])).json
        found = await self.recorder.call(
            "listener", "/api/join", body={"join": door["listen"].partition("#l=")[2], "name": "Lytter"}
        )
        self.ways["listener"] = found.json
        for name, way in self.ways.items():
            await self.enter(name, way)
        assert await self["lead"].do("role", seat=self.ways["scribe"]["seat"], role="scribe") == ""
        return self

    def __getitem__(self, name: str) -> Tab:
        return self.tabs[name]

    async def enter(self, name: str, way: dict[str, Any]) -> None:
        """Somebody's connections open."""
        self.ways[name] = way
        self.tabs[name] = await self.recorder.tab(name, way)
        self.lines[name] = [await self.recorder.tab(name, way, way=kind) for kind in WAYS]

    async def again(self, name: str) -> None:
        """That person's connections break and come back, as other tabs of the same person."""
        self.tabs[name].socket.transport.abort()
        await self.tabs[name].ended()
        for line in self.lines[name]:
            await line.close()
        await self.enter(name, self.ways[name])

    async def sent_away(self, name: str) -> set[int]:
        """Wait until all connections of somebody have been closed; with which codes."""
        return {await tab.ended() for tab in (self.tabs.pop(name), *self.lines.pop(name))}

    async def go(self, to: str) -> None:
        """Move on, and wait until everybody is there and hears nothing more of what was before."""
        assert await self["lead"].do("round", to=to, confirm=True) == ""
        await self.level()

    async def level(self) -> None:
        """Wait until everybody has been told all there is: a mark that all see comes after it."""
        mark = secrets.token_hex(4)
        assert await self["lead"].do("setup", venue=mark) == ""
        for tab in [*self.tabs.values(), *(line for some in self.lines.values() for line in some)]:
            await tab.until(lambda tab=tab: tab.view["board"]["venue"] == mark)

    async def look_everywhere(self) -> None:
        """Everybody asks for everything that HTTP has."""
        board = self.ways["lead"]["board"]
        for name, way in self.ways.items():
            for file in EXPORTS:
                await self.recorder.call(name, f"/api/board/{board}/export/{file}?lang=da", token=way["token"])
            for path in (f"/api/board/{board}/door", "/api/methods", f"/b/{board}", f"/wall/{board}"):
                await self.recorder.call(name, path, token=way["token"])
            await self.recorder.call(name, "/api/look", body={"code": self.ways["lead"]["code"]})

    def only(self, word: str, *who: str) -> None:
        """Assert that exactly these people have been sent a text, and that it is in no log line."""
        assert self.recorder.heard_by(word) == set(who), word
        assert word not in self.tavle.printed

    async def close(self) -> None:
        for tab in [*self.tabs.values(), *(line for some in self.lines.values() for line in some)]:
            if tab.code is None:
                await tab.close()


@contextlib.asynccontextmanager
async def playing(tavle: Running, method: str, phones: int) -> AsyncIterator[Play]:
    """A play, whose connections are closed afterwards."""
    play = Play(tavle)
    try:
        yield await play.open(method, phones)
    finally:
        await play.close()


async def test_T13_V3_private_writing_is_its_authors_until_the_facilitator_reveals(tavle: Running) -> None:
    async with playing(tavle, "fremtidsvaerksted", 4) as play:
        everybody = set(play.tabs)
        place = {"sheet": "columns", "lane": "critique"}
        await play.go("critique")
        draft, edited, deleted, moved, remote, stays, undone = (canary() for _ in range(7))
        one = await play["P1"].write(draft, **place)
        await play.level()
        play.only(draft, "P1")
        assert await play["P1"].do("edit", note=one, text=edited) == ""
        gone = await play["P2"].write(deleted, **place)
        assert await play["P2"].do("delete", note=gone) == ""
        back = await play["P2"].write(moved, **place)
        assert await play["P2"].do("delete", note=back) == ""
        assert await play["P2"].do("restore", note=back) == ""
        await play["P4"].write(undone, **place)
        assert await play["P4"].do("undo") == ""
        early = await play["P4"].write(stays, sheet="columns", lane="dream")  # a lane of a later round
        # Refusals: somebody else's draft cannot be touched, nor told from one that is not there.
        unknown = secrets.token_urlsafe(12)
        for name in ("P3", "scribe", "lead"):
            for op, args in (
                ("edit", {"text": "x"}), ("delete", {}), ("restore", {}), ("move", {"lane": "critique"}),
                ("place", {"lane": "critique"}), ("mark", {"kind": "chosen", "word": "chosen"}),
            ):  # fmt: skip
                told = await play[name].do(op, note=one, **args)
                assert told
                assert told == await play[name].do(op, note=unknown, **args), (name, op)
            taken = await play[name].do("write", note=one, text="samme navn", **place)
            assert taken != "", "a note id of somebody else's was taken over"
        for line in play.lines["P3"]:
            assert await line.do("edit", note=one, text="x") == await line.do("edit", note=unknown, text="x") != ""
        for name in ("P1", "P3", "wall", "lead", "listener"):
            await play.again(name)
        # Role changes, a removal and a new way in show nothing that was hidden.
        seat = play.ways["P3"]["seat"]
        for role in ("scribe", "listener", "participant"):
            assert await play["lead"].do("role", seat=seat, role=role) == ""
            await play.again("P3")
        late = await play.recorder.call("late", "/api/join", body={"code": play.ways["lead"]["code"]})
        await play.enter("late", late.json)
        wrote = await play["late"].write(remote, **place)
        assert wrote
        await play["late"].send(["drag", one, 0.5, 0.5])
        await play["P1"].send(["drag", one, 0.5, 0.5])
        await play.look_everywhere()
        await play.level()
        for word, who in (
            (draft, "P1"),
            (edited, "P1"),
            (deleted, "P2"),
            (moved, "P2"),
            (remote, "late"),
            (stays, "P4"),
            (undone, "P4"),
        ):
            play.only(word, who)
        # Whoever is removed takes the drafts along.
        assert await play["lead"].do("remove", seat=late.json["seat"]) == ""
        assert await play.sent_away("late") == {Close.REMOVED}
        del play.ways["late"]
        assert await play["lead"].do("reveal", sheet="columns", lane="critique") == ""
        await play.level()
        await play.look_everywhere()
        assert play.recorder.heard_by(edited) == everybody
        for word, who in ((draft, "P1"), (deleted, "P2"), (remote, "late"), (stays, "P4"), (undone, "P4")):
            play.only(word, who)
        # Back again, and on: what is up stays up, what is not stays hidden.
        await play.go("dream")
        play.only(stays, "P4")
        assert await play["lead"].do("reveal", sheet="columns", lane="dream") == ""
        await play.level()
        assert play.recorder.heard_by(stays) == everybody
        assert early in play["wall"].notes()
        # Taken down again: an own note's text does not come up in anybody else's bin.
        after = canary()
        assert await play["P4"].do("edit", note=early, text=after) == ""
        await play.level()
        assert play.recorder.heard_by(after) == everybody
        print({name: ear.size for name, ear in play.recorder.ears.items()})
        assert all(line.raw for some in play.lines.values() for line in some), "nobody spoke to a line"
        assert "Traceback" not in tavle.printed


async def test_T13_V2_what_a_group_writes_stays_in_the_group_until_it_is_shown(tavle: Running) -> None:
    async with playing(tavle, "dilemmavaerksted", 8) as play:
        everybody = set(play.tabs)
        phones = [f"P{i}" for i in range(1, 9)]
        await play.go("write")
        words = {name: canary() for name in phones}
        notes = {name: await play[name].write(words[name], sheet="dilemmas", lane="dilemma") for name in phones}
        await play.level()
        for name in phones:
            play.only(words[name], name)
        await play.go("present")
        groups: dict[str, str] = {name: play[name].mine["me"]["group"] for name in phones}
        assert len(set(groups.values())) > 1
        first = {group: next(name for name in phones if groups[name] == group) for group in set(groups.values())}
        raised: set[str] = set()
        silent = phones[-1]  # whoever has not placed when we look
        while len(raised) < len(phones) - 1:
            for name in phones:
                me = play[name].mine["me"]
                if me["turn"] == "holder" and name not in raised and name != silent:
                    assert await play[name].do("place", note=notes[name], lane="dilemma") == ""
                    assert await play[name].do("turn", act="done") == ""
                    raised.add(name)
                elif me["turn"] == "holder":
                    assert await play[name].do("turn", act="later") == ""
                elif "take" in me["can"] and name not in raised and name != silent:
                    await play[name].do("turn", act="take")  # somebody may be faster
            await play.level()
        await play.again(phones[-1])
        await play.level()
        await play.look_everywhere()
        members = {group: {name for name in play.tabs if _group(play[name]) == group} for group in first}
        for name in phones:
            if name in raised:
                assert play.recorder.heard_by(words[name]) == members[groups[name]] | {"lead"}, name
            else:
                play.only(words[name], name)
        # A member of another group can do nothing with a note of this one.
        for name in raised:
            stranger = next(other for other in phones if groups[other] != groups[name])
            for op, args in (
                ("edit", {"text": "x"}),
                ("delete", {}),
                ("move", {"lane": "dilemma"}),
                ("mark", {"kind": "chosen", "word": "chosen"}),
            ):
                assert await play[stranger].do(op, note=notes[name], **args) != ""
            await play[stranger].send(["drag", notes[name], 0.1, 0.1])
        await play.go("choose")
        for group, name in first.items():
            chosen = next(other for other in phones if groups[other] == group and other in raised)
            assert await play[name].do("mark", note=notes[chosen], kind="chosen", word="chosen") == ""
        await play.go("sides")
        rows = {group: next(n for n in phones if groups[n] == group and n in raised) for group in first}
        sides = {group: canary() for group in first}
        for group, name in first.items():
            place = {"sheet": "grid", "lane": "one", "row": notes[rows[group]]}
            await play[name].write(sides[group], **place)
        await play.level()
        await play.look_everywhere()
        for group in first:
            assert play.recorder.heard_by(sides[group]) == members[group] | {"lead"}
        await play.go("plenum")
        shown = next(iter(first))
        assert await play["lead"].do("reveal", group=shown) == ""
        await play.level()
        await play.look_everywhere()
        for group in first:
            expected = everybody if group == shown else members[group] | {"lead"}
            assert play.recorder.heard_by(sides[group]) == expected
        assert "Traceback" not in tavle.printed


def _group(tab: Tab) -> str:
    group: str = tab.mine.get("me", {}).get("group", "")
    return group


async def test_T13_V3_a_turn_raises_only_what_its_holder_places(tavle: Running) -> None:
    async with playing(tavle, "historievaerksted", 3) as play:
        everybody = set(play.tabs)
        await play.go("write")
        year = str(play["lead"].view["board"]["to"])
        words = {name: [canary(), canary()] for name in ("P1", "P2", "P3")}
        notes = {
            name: [await play[name].write(word, sheet="timeline", lane=year) for word in both]
            for name, both in words.items()
        }
        await play.go("place")
        while not (
            ready := [n for n in words if "take" in play[n].mine["me"]["can"] or play[n].mine["me"]["turn"] == "holder"]
        ):
            await play.level()
        name = ready[0]
        if play[name].mine["me"]["turn"] != "holder":
            assert await play[name].do("turn", act="take") == ""
        assert await play[name].do("place", note=notes[name][0], lane=year, marks={"effect": "up"}) == ""
        await play.level()
        await play.look_everywhere()
        assert play.recorder.heard_by(words[name][0]) == everybody
        play.only(words[name][1], name)
        for other in set(words) - {name}:
            for word in words[other]:
                play.only(word, other)


async def test_T13_V15_the_pad_is_sent_to_scribes_and_the_facilitator_alone(tavle: Running) -> None:
    async with playing(tavle, "historievaerksted", 3) as play:
        await play.go("place")
        assert await play["lead"].do("turn", act="give", seat=play.ways["P1"]["seat"]) == ""
        said, edited, undone, later = (canary() for _ in range(4))
        line, other = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
        write = {"act": "write", "line": line, "round": "place"}
        assert await play["scribe"].do("pad", **write, text=said, turn=1) == ""
        for name in ("P1", "P2", "listener", "wall"):
            for act in ({**write, "text": "x"}, {"act": "edit", "line": line, "text": "x"}):
                assert await play[name].do("pad", **act) == "role"
        assert await play["lead"].do("pad", act="edit", line=line, text=edited, **{"from": said}) == ""
        assert await play["scribe"].do("pad", **{**write, "line": other}, text=undone) == ""
        assert await play["scribe"].do("undo") == ""
        # A new scribe reads it, and nothing more of it once they are none.
        seat = play.ways["P3"]["seat"]
        assert await play["lead"].do("role", seat=seat, role="scribe") == ""
        await play["P3"].until(lambda: f"pad:{line}" in play["P3"].view)
        await play.level()
        assert await play["lead"].do("role", seat=seat, role="participant") == ""
        await play.level()
        assert f"pad:{line}" not in play["P3"].view
        assert await play["scribe"].do("pad", act="edit", line=line, text=later) == ""
        for name in ("P1", "P3", "wall", "listener", "scribe"):
            await play.again(name)
        await play.go("close")
        await play.look_everywhere()
        for word in (said, undone):
            play.only(word, "scribe", "lead")
        assert play.recorder.heard_by(edited) == {"scribe", "lead", "P3"}
        play.only(later, "scribe", "lead")
        assert await play["lead"].do("close") == ""
        assert await play["lead"].do("seal") == ""
        await play["lead"].until(lambda: play["lead"].view["board"]["sealed"])
        await play.look_everywhere()
        play.only(later, "scribe", "lead")
        assert "Traceback" not in tavle.printed


async def test_T13_V4_no_author_id_is_ever_sent(tavle: Running) -> None:
    """The ids that only the server knows are read from its store, then searched for everywhere."""
    async with playing(tavle, "fremtidsvaerksted", 3) as play:
        await play.go("critique")
        notes = [await play[n].write(canary(), sheet="columns", lane="critique") for n in ("P1", "P2", "P3")]
        assert await play["lead"].do("reveal", sheet="columns", lane="critique") == ""
        await play.level()
        assert set(notes) <= play["wall"].notes().keys()
        await play.look_everywhere()
        shelf = store.connect(tavle.url)
        from tests.machine.boards import fold_all

        board = fold_all(await shelf.load(play.ways["lead"]["board"]))
        await shelf.close()
        seats = {person.seat for person in board.people.values()}
        for person in board.people.values():
            play.only(person.pid)
        for tab in play.tabs.values():
            for key, record in [*tab.view.items(), *tab.mine.items()]:
                if key.startswith(("note:", "row:", "pad:")):
                    assert not any(seat in repr(record) for seat in seats), "V4: a seat stands on a note"
                if tab is not play["P1"] and key == f"mine:{notes[0]}":
                    raise AssertionError("V4: mine of somebody else's note")
        for way in play.ways.values():
            assert way["token"] not in tavle.printed
        assert play.ways["lead"]["code"] not in tavle.printed
