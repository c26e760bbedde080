"""A workshop over real sockets in which everybody's bytes are held against the rules' own oracle, act by act.

Who may know a text of a board is said by `tests.rules.checks.known`, from the board as it lies in the store and not
from what `view` says; who is sent a text of the method file, by `marked`. People are simulated: they know what their
screens show, as in a rehearsal. What may not live here: what a single method is about.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from itertools import cycle
from random import Random
from types import SimpleNamespace
from typing import Any

from board_schema import method_file
from board_schema.board import Actor, Board
from board_schema.fold import fold
from board_schema.wire import unpack_entry
from server.rehearsal.mind import Act, Mind, Temper
from server.rehearsal.words import Words
from server.store import Store
from tests.machine.chaos.houses import Running
from tests.machine.chaos.marked import THEME, Marks, Told, mark, marks_in
from tests.machine.chaos.recorder import Recorder, texts_of
from tests.machine.talk import Reply, Tab, join, new_workshop
from tests.machine.waiting import in_the_end
from tests.rules.checks import keeps_pad, known
from tests.rules.play import SECRET
from tests.rules.sent import not_sent_V20

PHONES = 5
STEPS = 600  # acts of one round, above which it would not end
WAYS = {"W": "open", "P3": "poll", "L": "poll"}  # who listens over HTTP (P8 to P12)


def new_id() -> str:
    """An id for a note."""
    return secrets.token_urlsafe(12)


class Watched:
    """`F` leads, `W` is a wall, `P1`.. take part, `L` listens, `S` takes notes. Also heard, by calls: `leader`, the
    leader's link; `files`, exports; `metrics`.

    `screens`, `actors`, `method` and `board` are what the oracle asks of a table.
    """

    def __init__(self, tavle: Running, shelf: Store, text: str, marks: Marks, *, seed: int) -> None:
        self.tavle, self.shelf, self.rng, self.marks = tavle, shelf, Random(seed), marks
        self.method = method_file.parse(text, file="marked.toml")
        self.recorder = Recorder(tavle.base)
        self.screens: dict[str, Tab] = {}
        self.actors: dict[str, Actor] = {}
        self.minds: dict[str, Mind] = {}
        self.gone: dict[str, Mind] = {}
        self.ways: dict[str, Any] = {}
        self.board = Board()
        self.may: defaultdict[str, set[str]] = defaultdict(set)  # what each may have been sent so far
        self.now: dict[str, set[str]] = {}  # whose screens hold what now
        self.heard: defaultdict[str, set[str]] = defaultdict(set)
        self.files = cycle(("json", "md", "csv"))
        self._at: dict[tuple[str, int], int] = {}
        self.hidden: set[str] = set()  # what kinds of hidden texts there were when somebody came back

    # -- coming in ------------------------------------------------------------------------

    async def open(self) -> Watched:
        leader = "told" if self.method.leader_told else None
        made = await new_workshop(self.tavle.base, self.method.id, **({"leader": leader} if leader else {}))
        self.ways = {"F": made, "W": {**made, "token": made["wall"]}}
        code = made["code"] if not self.method.endless else await self.sitting(made)
        names = [f"P{at + 1}" for at in range(PHONES)] + ["S"] * self.method.scribe
        for name in names:
            self.ways[name] = await join(self.tavle.base, code, name=f"Navn {name}")
        if self.method.sheets:
            door = await self.recorder.call("F", f"{self.api}/door", token=made["token"])
            key = door.json["listen"].partition("#l=")[2]
            self.ways["L"] = await join(self.tavle.base, join=key, name="Lytter")
        await self.follow()
        for name, way in self.ways.items():
            role = {"F": "facilitator", "W": "wall", "L": "listener"}.get(name, "participant")
            self.actors[name] = Actor(self.board.seats.get(way.get("seat", ""), ""), role)  # type: ignore[arg-type]
        self.actors["F"] = Actor(next(one.pid for one in self.board.people.values() if one.role == "facilitator"),
                                 "facilitator")  # fmt: skip
        for name, way in self.ways.items():
            self.screens[name] = await self.recorder.tab(name, way, way=WAYS.get(name, ""))
        words = Words(self.method, lang="da", rng=self.rng)
        for name in names:
            self.minds[name] = Mind(rng=self.rng, words=words, temper=Temper.of(len(self.minds), self.rng))
        await self.follow()
        self.allow()
        if "S" in self.screens:
            assert await self.do("F", "role", seat=self.ways["S"]["seat"], role="scribe") == ""
        for part in self.method.parts:
            if not part.rest and not part.count[0]:
                assert await self.do("F", "hand", part=part.id, seat=self.ways["P1"]["seat"]) == ""
        return self

    async def sitting(self, made: Any) -> str:
        """The code of the sitting in which people come in to a programme (R41)."""
        lead = await Tab(self.tavle.base, made["board"], made["token"]).open()
        assert await lead.do("sitting", on=True) == ""
        await lead.close()
        door = await self.recorder.call("F", f"/api/board/{made['board']}/door", token=made["token"])
        return str(door.json["code"])

    async def close(self) -> None:
        for tab in self.screens.values():
            if tab.code is None:
                await tab.close()

    async def leaves(self, name: str) -> None:
        """Somebody goes, and the others are told."""
        lead, seat = self.screens["F"], self.ways[name]["seat"]
        await self.screens.pop(name).close()
        self.gone[name] = self.minds.pop(name)
        await lead.until(lambda: seat not in lead.here)

    async def returns(self, name: str) -> None:
        """Who went is there again."""
        self.screens[name] = await self.recorder.tab(name, self.ways[name])
        self.minds[name] = self.gone.pop(name)
        # That they take part from now on comes a moment after their hello (R37).
        lead, key = self.screens["F"], f"seat:{self.ways[name]['seat']}"
        await lead.until(lambda: not lead.view[key]["away"])
        await self.follow()
        self.allow()
        await self.level()

    @property
    def api(self) -> str:
        return f"/api/board/{self.ways['F']['board']}"

    @property
    def console(self) -> dict[str, Any]:
        return self.screens["F"].view

    def me(self, name: str) -> dict[str, Any]:
        mine: dict[str, Any] = self.screens[name].mine["me"]
        return mine

    # -- acts and what comes of them ------------------------------------------------------

    async def do(self, name: str, op: str, **args: Any) -> str:
        """An op. What has been sent before it is looked at before it can be allowed."""
        self.look()
        reason = await self.screens[name].do(op, **args)
        await self.follow()
        return reason

    async def follow(self) -> None:
        """Read on in the board's log, and let everybody know from now on what the board lets them know."""
        for entry in await self.shelf.read(self.ways["F"]["board"], after=self.board.version):
            self.board = fold(self.board, entry.version, unpack_entry(entry.data))
            if self.actors:
                self.allow()

    def allow(self) -> None:
        self.now = known(self)  # type: ignore[arg-type]
        everybody = self.screens.keys() | self.actors.keys()
        for secret, told in self.marks.items():
            self.now.setdefault(secret, set()).update(who for who in everybody if self.is_told(who, secret, told))
        for secret, who in self.now.items():
            for name in who:
                self.may[name].add(secret)
        for note in self.board.notes.values():
            sheet = self.method.sheet(note.sheet)
            if sheet is not None and sheet == self.method.picks:
                self.may["leader"] |= marks_in(note.text)

    def is_told(self, who: str, secret: str, told: Told) -> bool:
        """Whether somebody is sent a text of the method file now (V13); of cards, what is laid out for sorting (D1)."""
        if told.who == "F":
            return who == "F"
        if told.who == "pad":
            return keeps_pad(self, who)  # type: ignore[arg-type]
        if told.who == "part":
            when = self.board.visited if told.lasts else (self.board.round,)
            return (not told.when or told.when in when) and self.has(who, told.part)
        item = self.method.round(self.board.round) if self.board.round else None
        return bool(who == "F" and item and item.prepare and secret in self.cards)

    def has(self, who: str, part: str) -> bool:
        """Whether somebody has a part: by what they were handed, or by having no other (R30)."""
        person = self.board.people.get(self.actors[who].pid)
        if person is None or person.gone or person.role != "participant":
            return False
        rest = next((one.id for one in self.method.parts if one.rest), "")
        return part in person.parts or (part == rest and not person.parts)

    @property
    def cards(self) -> set[str]:
        return {found for one in self.method.decks for card in one.cards for found in marks_in(card.da)}

    # -- ears -----------------------------------------------------------------------------

    def look(self) -> None:
        """Nobody has been sent what they could not know when it was sent; no log line has any mark."""
        for name, ear in self.recorder.ears.items():
            for at, tab in enumerate(ear.tabs):
                fresh = tab.raw[self._at.get((name, at), 0) :]
                self._at[name, at] = len(tab.raw)
                self.hears(name, b"".join(fresh))
        found = SECRET.findall(self.tavle.printed.encode())
        assert not found, f"a log line has {found}"

    def hears(self, name: str, data: bytes) -> None:
        found = marks_in(data)
        leaked = found - self.may[name]
        assert not leaked, f"{name} was sent {[self.about(one) for one in leaked]} in {self.board.round}"
        self.heard[name] |= found

    def about(self, secret: str) -> str:
        """What a mark is, for whoever reads of its leak."""
        notes = [f"{n.kind} of reach {n.reach} on {n.sheet}/{n.lane}" for n in self.board.notes.values()
                 if secret in n.text]  # fmt: skip
        return f"{secret}: {notes or self.marks.get(secret, 'a text of before')}"

    async def level(self) -> None:
        """Everybody has been sent all that there is: a pong comes after the patches that were due before it (P15)."""
        stamp = time.monotonic()
        tabs = [tab for tab in self.screens.values() if tab.code is None]
        for tab in tabs:
            await tab.send(["ping", stamp])
        for tab in tabs:
            await tab.until(lambda tab=tab: ["pong", stamp] in tab.frames[-40:])
        self.look()

    async def call(self, name: str, path: str, **more: Any) -> Reply:
        """A call, and a look at its answer."""
        reply = await self.recorder.call(name, path, **more)
        self.hears(name, reply.body + texts_of(reply).encode())
        return reply

    async def look_everywhere(self, *endings: str, by: str = "F") -> None:
        """Files, as somebody asks for them, and metrics; whoever comes back is sent what they may know now."""
        await self.level()
        self.may["files"] = {secret for secret, who in self.now.items() if "W" in who}
        for ending in endings:
            path = f"{self.api}/export/x.{ending}?lang=da"

            async def file(path: str = path) -> Reply:
                made = await self.call("files", path, token=self.ways[by]["token"])
                if made.status == 429:
                    raise BlockingIOError  # a person has asked for many files by now: it is there a moment later
                return made

            reply = await in_the_end(file, unless=BlockingIOError)
            assert reply.status == (403 if self.method.keep == "nothing" else 200), reply.body
        assert (await self.call("metrics", "/metrics")).status == 200
        self.hidden |= {note.reach for note in self.board.notes.values()}
        self.hidden |= {kind for kind, some in (("pad", self.board.pad), ("cards", self.board.stack)) if some}
        for name in [*self.screens]:
            await self.comes_back(name)

    async def comes_back(self, name: str) -> None:
        tab = await Tab(self.tavle.base, self.ways[name]["board"], self.ways[name]["token"]).open()
        stamp = time.monotonic()
        await tab.send(["ping", stamp])
        await tab.until(lambda: ["pong", stamp] in tab.frames)
        await tab.close()
        found = marks_in(b"".join(tab.raw))
        may = {secret for secret, who in self.now.items() if name in who}
        due = {secret for secret in may if secret not in self.marks or self.marks[secret].who != "part"}
        # V20 is told by the file that was marked.
        unmarked = SimpleNamespace(id=self.method.id.removeprefix("marked-"))
        table: Any = SimpleNamespace(board=self.board, actors=self.actors, method=unmarked)
        due -= {secret for text in not_sent_V20(table, name) for secret in marks_in(text)}
        # The last act of one's own may be of a text that lies nowhere now.
        undone = marks_in(str(tab.mine.get("me", {}).get("undo")))
        assert not found - may - undone, f"{name} came back and was sent {[self.about(one) for one in found - may]}"
        assert not due - found, f"{name} came back and misses {[self.about(one) for one in due - found]}"

    # -- a workshop -----------------------------------------------------------------------

    async def go_on(self) -> None:
        """Everybody does what they want to, one act each in turn, until nobody wants anything."""
        for _ in range(STEPS):
            wishes = [(name, act) for name in self.minds if (act := self.wish(name))]
            if not wishes:
                return
            name, act = self.rng.choice(wishes)
            mind, args = self.minds[name], act.args()
            for key in ("text", "value"):
                if key in args and (key == "text" or self.is_free(args["field"])):
                    args[key] = mark()
            (mind.refused if await self.do(name, act.name, **args) else mind.did)(act)
            await self.level()
        raise AssertionError("the round does not end")

    def wish(self, name: str) -> Act | None:
        tab = self.screens[name]
        return self.minds[name].next(tab.view, tab.mine) if tab.code is None else None

    def is_free(self, field: str) -> bool:
        """Whether a field of that id takes any text."""
        lanes = (lane for sheet in self.method.sheets for lane in sheet.lanes)
        return any(one.id == field and one.kind == "text" for lane in lanes for one in lane.fields)

    def waiting(self) -> dict[str, Any] | None:
        """A queue in which somebody still has or wants the floor."""
        turns = (record for key, record in self.console.items() if key.startswith("turn:"))
        return next((t for t in turns if (t["queue"] or t["holder"]) and not t["endless"]), None)

    async def lead(self, to: str = "") -> None:
        """A round, as its console offers it: people, turns, groups one by one, reveals, what is gathered and picked."""
        assert not to or await self.do("F", "round", to=to, confirm=True) == ""
        await self.level()
        if self.console.get("prepare"):
            assert await self.do("F", "deck", deck=THEME) == ""
        await self.go_on()
        await self.look_everywhere(next(self.files))
        while turn := self.waiting():
            act = "done" if turn["holder"] else "give"
            await self.do("F", "turn", act=act, scope=turn["scope"])
            await self.level()
            holder = self.console.get(f"turn:{turn['scope']}", {}).get("holder")
            if holder and "reveal_groups" in self.console["board"]["offers"]:
                await self.do("F", "reveal", group=holder)
                await self.level()
            await self.go_on()
        for lane in self.console["board"].get("reveal", ()):
            assert await self.do("F", "reveal", sheet=lane["sheet"], lane=lane["lane"]) == ""
        await self.level()
        await self.adds()
        await self.go_on()

    async def adds(self) -> None:
        """What whoever leads adds: a heading over notes, what is picked."""
        notes = {key[5:]: note for key, note in self.console.items() if key.startswith("note:")}
        alike = [key for key, note in notes.items() if note["kind"] == "note" and "gather" in note["can"]]
        if len(alike) > 1:
            await self.do("F", "gather", note=new_id(), notes=alike[:2], text=mark())
        picks = self.method.picks
        if picks and "pick" in self.me("F")["can"]:
            for lane in picks.lanes:
                if not lane.answers:
                    of = [key for key, note in notes.items() if note["sheet"] != picks.id and note["reach"] == "all"]
                    assert await self.do("F", "pick", note=new_id(), text=mark(), lane=lane.id, of=of[:2]) == ""
