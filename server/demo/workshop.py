"""Plays one workshop of the demo: the people of rehearsals, and somebody who leads by what a console shows.

So any method is played, also one that nobody here has seen; what is written are the examples of its file. What may not
live here: access that a browser does not have, ids of methods and rounds, and when a workshop is played (play.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from board_schema.board import Lang
from board_schema.method import Method
from server.demo.case import Take
from server.demo.client import TurnedDown, Visitor, ask, over_the_network
from server.rehearsal.mind import LETTERS, Mind, Temper
from server.rehearsal.person import take_part
from server.rehearsal.rehearsals import people_for
from server.rehearsal.words import HEADINGS, Says, Words
from server.tasks import stop

# Seconds at the pace of people; a finished example is played at none, and then only `AT_LEAST` counts.
READ: Final = 12.0  # before a round goes on
QUIET: Final = 35.0  # without a change, until a round is over
AT_LEAST: Final = 1.0  # whatever the pace: what people have begun comes to its end
TELLS: Final = 90.0  # one turn, before whoever leads passes it on
LOOKED_AT: Final = 10.0  # what a group shows
LONGEST: Final = 600.0  # one round
LEAST_ROUND: Final = 30.0  # whatever the pace: after so long it goes on
PICKED: Final = 4  # notes that are taken from the workshop, for each thing that becomes of them
VENUES: Final = {"da": "Afsnit B4", "en": "Ward B4"}
BETWEEN: Final = (0.5, 3.0)  # two people who come in

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The addresses, tokens and code of a workshop; a programme has a noticeboard, and no code between sittings."""

    board: str
    title: str
    token: str
    wall: str
    code: str = ""
    notice: str = ""


class Workshop:
    """A workshop that is being played. `pace`: what people's times are multiplied by; 0 takes no time."""

    def __init__(
        self, links: Links, lead: Visitor, *, pace: float, rng: random.Random, lang: Lang, takes: Sequence[Take]
    ) -> None:
        self.links = links
        self.lead = lead
        self._pace = pace
        self._rng = rng
        self._lang = lang
        self._takes = takes

    @classmethod
    @asynccontextmanager
    async def begin(
        cls, base_url: str, method: Method, *, key: str, seed: int, pace: float, lang: Lang = "da",
        about: Mapping[str, Any] = MappingProxyType({}), takes: Sequence[Take] = (), says: Says = MappingProxyType({}),
    ) -> AsyncIterator[Workshop]:  # fmt: skip
        """Create a workshop, and let everybody come in; on exit all connections are closed.

        `about`: what is wished of it besides; `says`: what people write before the examples of its file; `takes`: what
        is picked, else a few notes are.
        """
        rng = random.Random(seed)  # noqa: S311  no secret depends on it
        wish = {"method": method.id, "title": method.heading[lang], "venue": VENUES[lang], "lang": lang, "key": key}
        wish |= about
        made = await ask(base_url, "/api/workshops", body=wish)
        links = Links(
            board=made["board"], title=f"{method.title[lang]} · {wish['venue']}", token=made["token"],
            wall=made["wall"], code=made["code"],
        )  # fmt: skip
        words = Words(method, lang=lang, rng=rng, first=says)
        count, _ = people_for(method)
        tab = "".join(rng.choices(LETTERS, k=16))
        people: list[asyncio.Task[None]] = []
        async with Visitor(base_url, board=links.board, token=links.token, tab=tab) as lead:
            try:
                come: list[Callable[[], Awaitable[tuple[str, str]]]] = [
                    partial(join, base_url, {"code": links.code}, name, remote=number == 4)
                    for number, name in enumerate(words.names(count))
                ]
                if method.leader == "listen":
                    come.append(partial(_listen, base_url, links, words.leader()))
                for number, come_in in enumerate(come):
                    mind = Mind(rng=random.Random(rng.random()), words=words, temper=Temper.of(number, rng))  # noqa: S311
                    part = take_part(partial(over_the_network, base_url), come_in, mind, pace=lambda: pace)
                    people.append(asyncio.create_task(part, name=f"demo: {method.id}"))
                    await asyncio.sleep(rng.uniform(*BETWEEN) * pace)
                await lead.until(lambda: len(_seats(lead)) == len(come) + 1)
                yield cls(links, lead, pace=pace, rng=rng, lang=lang, takes=takes)
            finally:
                await stop(people)

    async def whole(self) -> None:
        """Play all rounds, as the console offers them, and end with the picture of the board.

        Raises TurnedDown, Gone, TimeoutError.
        """
        shows, picks = "", set()
        for number, item in enumerate(self.lead.view["method"]["rounds"]):
            if number:
                await self.lead.do("round", to=item["id"], confirm=True)
            await self._prepares()
            await self._pause(READ)
            await self._settled()
            await self._turns()
            lanes = self.lead.view["board"]["reveal"]
            for lane in lanes:
                await self.lead.do("reveal", sheet=lane["sheet"], lane=lane["lane"])
            if lanes:
                await self._pause(READ)
                await self._settled()
            await self._adds()
            if "pick" in self.lead.me["can"]:
                picks.add(self._sheet())
            if self._sheet() not in picks and self.lead.notes(sheet=self._sheet()):
                shows = self.lead.round
        if shows not in ("", self.lead.round):
            await self.lead.do("round", to=shows, confirm=True)

    async def _prepares(self) -> None:
        """Choose a theme, where the console asks for one."""
        asked = self.lead.view.get("prepare")
        if asked and not asked["deck"]:
            await self.lead.do("deck", deck=asked["themes"][0]["id"])

    async def _settled(self) -> None:
        """Return when all who are asked say that they are ready, or nothing has changed for a while."""
        clock = asyncio.get_running_loop().time
        until = clock() + max(LEAST_ROUND, LONGEST * self._pace)
        while not self._all_ready() and clock() < until:
            try:
                await self.lead.until(
                    partial(self._changed, self.lead.version), within=max(AT_LEAST, QUIET * self._pace)
                )
            except TimeoutError:
                return

    def _changed(self, since: int) -> bool:
        return self.lead.version > since or self._all_ready()

    def _all_ready(self) -> bool:
        progress = self.lead.view["progress"]
        asked = [seat for seat in _seats(self.lead) if seat["role"] == "participant"]
        return bool(progress.get("asks_ready")) and progress["ready"] >= len(asked)

    async def _turns(self) -> None:
        """Give the floor until nobody waits for it; where groups have it, show what each has made."""
        lead = self.lead
        while turn := _waiting(lead):
            if turn["endless"] and turn["number"] > len(turn["queue"]):
                return  # each has had it, and it would go round for as long as people talk
            if not turn["holder"]:
                await lead.do("turn", act="give", scope=turn["scope"])
            holder = lead.view[f"turn:{turn['scope']}"]["holder"]
            if holder and "reveal_groups" in lead.view["board"]["offers"]:
                await lead.do("reveal", group=holder)
                await self._pause(LOOKED_AT)
                await self._settled()
            else:
                await self._told(turn["scope"], holder)
            if holder and _holder(lead, turn["scope"]) == holder:
                try:
                    await lead.do("turn", act="done", scope=turn["scope"])
                except TurnedDown:
                    continue  # they passed it on just now

    async def _adds(self) -> None:
        """What whoever leads adds where the console offers it: headings, marks, and what is taken from the workshop."""
        lead = self.lead
        can = lead.me["can"]
        sheet_id = self._sheet()
        sheet = lead.view.get(f"sheet:{sheet_id}")
        if sheet is None:
            return
        steps = [lane["id"] for lane in sheet["lanes"] if "scale" in lane]
        if "heading" in can and steps:
            for nth, text in enumerate(HEADINGS[self._lang]):
                at = nth * len(steps) // len(HEADINGS[self._lang])
                span = {"lane": steps[at], "until": steps[min(at + 2, len(steps) - 1)]}
                await self._do("write", text=text, sheet=sheet_id, kind="heading", **span)
        for note, record in lead.notes().items():
            kinds = record.get("marks_open", ()) if "mark" in record["can"] else ()
            words = {mark["id"]: [word["id"] for word in mark["words"]] for mark in _marks(lead, record["sheet"])}
            for kind in kinds:
                if kind in words and kind not in record["marks"]:
                    await self._try("mark", note=note, kind=kind, word=self._rng.choice(words[kind]))
        for row, record in _rows(lead).items():
            for kind in (kind for sheet in _sheets(lead) for kind in sheet["heads"]):
                if kind["id"] in record["marks_open"] and kind["id"] not in record["marks"]:
                    word = self._rng.choice(kind["words"])["id"]
                    await self._try("mark", note=row, kind=kind["id"], word=word)
        if "pick" in can:
            await self._picks(sheet["lanes"])

    async def _picks(self, lanes: list[dict[str, Any]]) -> None:
        """What is to be picked; else a few notes of each kind that something becomes of, into the lane for that."""
        for take in self._takes:
            of = [note for note, record in self.lead.notes(kind="note").items() if record["text"] in take.of]
            await self._do("pick", text=take.text, lane=take.lane, of=of)
        if self._takes:
            return
        found: dict[str, list[str]] = {}
        for note, record in sorted(self.lead.notes(kind="note").items()):
            found.setdefault(record.get("becomes", ""), []).append(note)
        for lane in lanes:
            notes = found.get(lane.get("becomes") or "-", [])
            for note in self._rng.sample(notes, min(PICKED, len(notes))):
                text = self.lead.view[f"note:{note}"]["text"][: lane["limit"]]
                await self._do("pick", text=text, lane=lane["id"], of=[note])
                await self._pause(READ / 3)

    async def _do(self, op: str, **args: Any) -> None:
        """An op that makes a note."""
        await self._try(op, note="".join(self._rng.choices(LETTERS, k=16)), **args)

    async def _try(self, op: str, **args: Any) -> None:
        with contextlib.suppress(TurnedDown):  # somebody did the same just now, or the board is full
            await self.lead.do(op, **args)

    def _sheet(self) -> str:
        """The present round's sheet."""
        rounds = self.lead.view["method"]["rounds"]
        return next((str(item["sheet"]) for item in rounds if item["id"] == self.lead.round), "")

    async def _told(self, scope: str, holder: str) -> None:
        """Return when somebody else has the floor, or whoever has it has done nothing for a while."""
        try:
            await self.lead.until(
                lambda: _holder(self.lead, scope) != holder, within=max(3 * AT_LEAST, TELLS * self._pace)
            )
        except TimeoutError:
            return

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._pace)


async def join(base_url: str, way: Mapping[str, Any], name: str, *, remote: bool = False) -> tuple[str, str]:
    """Join by a code or a link; returns the board and the token."""
    joined = await ask(base_url, "/api/join", body={**way, "name": name, "remote": remote})
    return str(joined["board"]), str(joined["token"])


async def _listen(base_url: str, links: Links, name: str) -> tuple[str, str]:
    """Join by the listeners' link."""
    door = await ask(base_url, f"/api/board/{links.board}/door", token=links.token)
    return await join(base_url, {"join": urlsplit(door["listen"]).fragment.removeprefix("l=")}, name)


async def together(doings: Iterable[Coroutine[Any, Any, Item]]) -> list[Item]:
    """Run all concurrently; when one fails, cancel the others and raise its exception."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(doing) for doing in doings]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


def _seats(visitor: Visitor) -> list[dict[str, Any]]:
    return [record for key, record in visitor.view.items() if key.startswith("seat:")]


def _rows(visitor: Visitor) -> dict[str, dict[str, Any]]:
    return {key.removeprefix("row:"): record for key, record in visitor.view.items() if key.startswith("row:")}


def _sheets(visitor: Visitor) -> list[dict[str, Any]]:
    return [record for key, record in visitor.view.items() if key.startswith("sheet:")]


def _marks(visitor: Visitor, sheet: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.view.get(f"sheet:{sheet}", {}).get("marks", [])
    return found


def _waiting(visitor: Visitor) -> dict[str, Any] | None:
    """A queue in which somebody has the floor or waits for it, a group's before the others."""
    turns = [record for key, record in visitor.view.items() if key.startswith("turn:")]
    return next((turn for turn in turns if turn["queue"] or turn["holder"]), None)


def _holder(visitor: Visitor, scope: str) -> str:
    return str(visitor.view.get(f"turn:{scope}", {}).get("holder", ""))
