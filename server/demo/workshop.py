"""Plays one workshop of the demo: what the facilitator and each of the people do in its rounds.

What may not live here: access that a browser does not have, texts (content.py), and which workshops are played when
(play.py).
"""

from __future__ import annotations

import asyncio
import random
import string
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from server.demo.client import Visitor, ask
from server.demo.content import Dilemmas, Event, Future, Guest, History, Script

LETTERS: Final = string.ascii_letters + string.digits

Item = TypeVar("Item")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The addresses, tokens and code of a workshop."""

    board: str
    title: str
    token: str
    wall: str
    code: str


class Workshop:
    """A workshop that is being played: the connections of the facilitator and the people.

    `sleep` makes pauses at human pace; None: no pauses.
    """

    def __init__(
        self,
        script: Script,
        links: Links,
        boss: Visitor,
        crew: Sequence[Visitor],
        *,
        chance: random.Random,
        sleep: Sleep | None,
    ) -> None:
        self.links = links
        self._script = script
        self._boss = boss
        self._crew = crew
        self._chance = chance
        self._sleep = sleep

    @classmethod
    @asynccontextmanager
    async def begin(
        cls, base_url: str, script: Script, *, key: str, chance: random.Random, sleep: Sleep | None = None
    ) -> AsyncIterator[Workshop]:
        """Create a workshop and connect everybody; on exit all connections are closed."""
        wish: dict[str, Any] = {"method": script.method, "title": script.title, "venue": script.venue}
        if isinstance(script, History):
            wish |= {"from": script.years[0], "to": script.years[1]}
        if any(guest.listens for guest in script.guests):
            wish["leader"] = "listen"
        made = await ask(base_url, "/api/workshops", body={**wish, "key": key})
        links = Links(
            board=made["board"],
            title=f"{script.title} · {script.venue}",
            token=made["token"],
            wall=made["wall"],
            code=made["code"],
        )
        async with AsyncExitStack() as stack:

            async def come(token: str) -> Visitor:
                tab = _name(chance)
                return await stack.enter_async_context(Visitor(base_url, board=links.board, token=token, tab=tab))

            boss = await come(links.token)
            crew = []
            for guest in script.guests:
                visitor = await come(await _join(base_url, links, guest))
                if not guest.listens:
                    crew.append(visitor)
                if sleep:
                    await sleep(chance.uniform(0.5, 3))
            yield cls(script, links, boss, crew, chance=chance, sleep=sleep)

    async def whole(self) -> None:
        """Play all rounds."""
        await self._pause(6, 10)
        match self._script:
            case History():
                await self._history(self._script)
            case Dilemmas():
                await self._dilemmas(self._script)
            case Future():
                await self._future(self._script)

    # The three scripts

    async def _history(self, script: History) -> None:
        boss = self._boss
        await self._go("write")
        await self._all_write(self._dealt(script.events), sheet="timeline")
        await self._go("place")
        await boss.do("turn", act="give")
        await together(self._tell(visitor, script) for visitor in self._crew)
        await boss.until(lambda: _over(boss.view["turn:all"]))
        await self._go("picture")
        for period in script.periods:
            await self._pause(5, 12)
            years = {"lane": str(period.first), "until": str(period.last)}
            note = _name(self._chance)
            await boss.do("write", note=note, text=period.text, sheet="timeline", kind="heading", **years)
        await self._go("strengths")
        await self._groups_write(script.groups, lanes=("strengths", "challenges"))
        await self._go("wishes")
        await self._groups_write(script.groups, lanes=("wishes",))
        await self._plenum({})
        await self._go("close")

    async def _dilemmas(self, script: Dilemmas) -> None:
        boss = self._boss
        # Groups are made before the dilemmas are written, so that each group gets one of the dilemmas to choose.
        await boss.do("groups", size=3)
        await boss.until(lambda: len(_groups(boss)) == len(script.chosen))
        await together(_grouped(visitor) for visitor in self._crew)
        told, dealt = list(script.told), []
        for group, dilemma in zip(_groups(boss), script.chosen, strict=True):
            first, *rest = self._members(group)
            dealt += [(first, [dilemma.text]), *((member, [told.pop()]) for member in rest)]
        await self._go("write")
        await self._all_write(dealt, sheet="dilemmas", lane="dilemma")
        await self._go("present")
        for group in _groups(boss):
            await boss.do("turn", act="give", scope=group)
        await together(self._tell(visitor, script) for visitor in self._crew)
        await boss.until(lambda: all(_over(boss.view[f"turn:{group}"]) for group in _groups(boss)))
        await self._go("choose")
        chosen = zip(_groups(boss), script.chosen, strict=True)
        rows = dict(await together(self._choose(group, dilemma.text) for group, dilemma in chosen))
        for item, lanes in (
            ("sides", ("one", "other")),
            ("depth", ("experience", "context", "history")),
            ("actions", ("actions",)),
        ):
            await self._go(item)
            await self._groups_write([d.cells for d in script.chosen], lanes=lanes, sheet="grid", rows=rows)
        fates: dict[str, str] = {rows[g]: d.fate for g, d in zip(_groups(boss), script.chosen, strict=True)}
        await self._plenum(fates)
        await self._go("close")

    async def _future(self, script: Future) -> None:
        await self._column("critique", [(text, "") for text in script.critique])
        await self._column("dream", [(text, "") for text in script.dreams])
        await self._column("realise", script.steps)
        await self._go("close")

    # What happens in a round

    async def _go(self, item: str) -> None:
        """The facilitator begins a round; returns when everybody has received it."""
        await self._pause(4, 8)
        await self._boss.do("round", to=item)
        await together(_follow(visitor, item) for visitor in self._crew)
        await self._pause(3, 6)

    async def _all_write(self, dealt: Iterable[tuple[Visitor, Sequence[Event | str]]], **where: str) -> None:
        """Everybody writes drafts, then sends `ready`."""
        await together(self._writes(visitor, texts, where) for visitor, texts in dealt)

    async def _writes(self, visitor: Visitor, texts: Sequence[Event | str], where: dict[str, str]) -> None:
        for text in texts:
            await self._pause(5, 22)
            note = _name(self._chance)
            if isinstance(text, Event):
                await visitor.do("write", note=note, text=text.text, lane=text.lane, side=text.side, **where)
            else:
                await visitor.do("write", note=note, text=text, **where)
        await self._pause(2, 8)
        await visitor.do("ready", on=True)

    async def _tell(self, visitor: Visitor, script: History | Dilemmas) -> None:
        """Wait for the word, place own notes one after another, and say done."""
        await visitor.until(lambda: visitor.me["turn"] == "holder", within=None)
        await self._pause(2, 4)
        for note, draft in visitor.drafts().items():
            where = {"lane": draft["lane"], "row": visitor.me["place"]["row"]}
            if isinstance(script, History):
                where["side"] = draft["side"]
                await self._put_up(visitor, note, where, script)
            else:
                await visitor.do("place", note=note, **where)
            await self._pause(5, 11)
        await visitor.do("turn", act="done")

    async def _put_up(self, visitor: Visitor, note: str, where: dict[str, str], script: History) -> None:
        """Place a note on the timeline; sometimes first in a wrong year, and then move it."""
        lane = where["lane"]
        beside = str(int(lane) - 1) if lane.isdecimal() and int(lane) > script.years[0] else lane
        if self._sleep is None or beside == lane or self._chance.random() < 0.5:
            await visitor.do("place", note=note, spot=_next_spot(visitor, lane), **where)
            return
        await visitor.do("place", note=note, spot=_next_spot(visitor, beside), **{**where, "lane": beside})
        await self._pause(0.6, 1.4)
        length = script.years[1] - script.years[0] + 1
        start, end = ((int(year) - script.years[0] + 0.5) / length for year in (beside, lane))
        height = {"up": 0.3, "down": 0.7}.get(where["side"], 0.5)
        for step in range(13):
            await visitor.drag(note, (start + (end - start) * step / 12, height))
            await self._pause(0.05, 0.07)
        await visitor.do("move", note=note, spot=_next_spot(visitor, lane), **where)
        await visitor.drag(note, None)

    async def _groups_write(
        self,
        copies: Sequence[dict[str, tuple[str, ...]]],
        *,
        lanes: Sequence[str],
        sheet: str = "groups",
        rows: dict[str, str] | None = None,
    ) -> None:
        """Each group writes notes in these lanes of its copy (or its row), by alternating members."""
        work = []
        for group, copy in zip(_groups(self._boss), copies, strict=True):
            members = self._members(group)
            row = rows[group] if rows else group
            jobs: dict[Visitor, list[tuple[str, str]]] = {member: [] for member in members}
            notes = [(lane, text) for lane in lanes for text in copy[lane]]
            for member, job in zip(cycle(members), notes, strict=False):
                jobs[member].append(job)
            work += [self._fill(member, job, sheet=sheet, row=row) for member, job in jobs.items()]
        await together(work)

    async def _fill(self, member: Visitor, job: Sequence[tuple[str, str]], *, sheet: str, row: str) -> None:
        for lane, text in job:
            await self._pause(5, 18)
            note = _name(self._chance)
            await member.do("write", note=note, text=text, sheet=sheet, lane=lane, row=row)
        await self._pause(3, 10)
        await member.do("ready", on=True)

    async def _choose(self, group: str, text: str) -> tuple[str, str]:
        """A member of the group chooses its dilemma; returns the group and the row."""
        member = self._members(group)[0]
        await self._pause(8, 16)
        (note,) = member.notes(text=text, sheet="dilemmas")
        await member.do("choose", note=note, on=True)
        return group, note

    async def _plenum(self, fates: dict[str, str]) -> None:
        """The facilitator reveals one group after another, and sets the fates."""
        boss = self._boss
        await self._go("plenum")
        for group in _groups(boss):
            await boss.do("turn", act="give", seat=group, scope="groups")
            await self._pause(3, 6)
            await boss.do("reveal", group=group)
            await self._pause(8, 16)
            for row, fate in fates.items():
                if boss.view[f"row:{row}"]["group"] == group:
                    await boss.do("fate", row=row, fate=fate)
                    await self._pause(3, 6)
            await boss.do("turn", act="done", scope="groups")

    async def _column(self, lane: str, notes: Sequence[tuple[str, str]]) -> None:
        """Everybody writes for one column; then the facilitator reveals it."""
        await self._go(lane)
        await together(self._point(visitor, texts, lane) for visitor, texts in self._dealt(notes))
        await self._pause(3, 6)
        await self._boss.do("reveal", sheet="columns", lane=lane)
        shown = {text for text, _ in notes}
        boss = self._boss
        await boss.until(lambda: shown <= {n["text"] for n in boss.notes(lane=lane).values()})
        await self._pause(8, 14)
        if self._sleep:
            await self._tidy_up(lane)

    async def _point(self, visitor: Visitor, texts: Sequence[tuple[str, str]], lane: str) -> None:
        for text, dream in texts:
            await self._pause(5, 22)
            args = {"note": _name(self._chance), "text": text, "sheet": "columns", "lane": lane}
            if dream:
                (args["to"],) = visitor.notes(lane="dream", text=dream)
            await visitor.do("write", **args)
        await self._pause(2, 8)
        await visitor.do("ready", on=True)

    async def _tidy_up(self, lane: str) -> None:
        """The facilitator drags and moves two notes."""
        boss = self._boss
        x = {"critique": 0.17, "dream": 0.5, "realise": 0.83}[lane]
        for note in self._chance.sample(sorted(boss.notes(lane=lane)), 2):
            y = self._chance.uniform(0.2, 0.7)
            for step in range(13):
                await boss.drag(note, (x, y + (step - 6) / 60))
                await self._pause(0.05, 0.07)
            await boss.do("move", note=note, lane=lane, spot=self._chance.randrange(1000))
            await boss.drag(note, None)
            await self._pause(2, 5)

    # People

    def _members(self, group: str) -> list[Visitor]:
        return [visitor for visitor in self._crew if visitor.me["group"] == group]

    def _dealt(self, items: Sequence[Item]) -> list[tuple[Visitor, list[Item]]]:
        """The items distributed at random, in nearly equal numbers."""
        mixed = self._chance.sample(items, len(items))
        return [(visitor, mixed[i :: len(self._crew)]) for i, visitor in enumerate(self._crew)]

    async def _pause(self, low: float, high: float) -> None:
        """Pause for a random time in seconds; not at all without `sleep`."""
        if self._sleep:
            await self._sleep(self._chance.uniform(low, high))


async def _join(base_url: str, links: Links, guest: Guest) -> str:
    """Join by the code, or by the listeners' link; returns the token."""
    way: dict[str, Any] = {"code": links.code}
    if guest.listens:
        door = await ask(base_url, f"/api/board/{links.board}/door", token=links.token)
        way = {"join": urlsplit(door["listen"]).fragment.removeprefix("l=")}
    joined = await ask(base_url, "/api/join", body={**way, "name": guest.name, "remote": guest.remote})
    return str(joined["token"])


async def together(doings: Iterable[Coroutine[Any, Any, Item]]) -> list[Item]:
    """Run all concurrently; when one fails, cancel the others and raise its exception."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(doing) for doing in doings]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in tasks]


def _next_spot(visitor: Visitor, lane: str) -> int:
    """The spot after all notes in this lane, so that they stay where they are."""
    return max((int(one["spot"]) for one in visitor.notes(lane=lane).values()), default=-1) + 1


async def _follow(visitor: Visitor, item: str) -> None:
    await visitor.until(lambda: visitor.round == item)


async def _grouped(visitor: Visitor) -> None:
    await visitor.until(lambda: visitor.me["group"] != "")


def _groups(visitor: Visitor) -> list[str]:
    """The groups' ids in their order."""
    found = [key for key in visitor.view if key.startswith("group:")]
    return [key.removeprefix("group:") for key in sorted(found, key=lambda key: visitor.view[key]["number"])]


def _over(turn: dict[str, Any]) -> bool:
    return not turn["holder"] and not turn["queue"]


def _name(chance: random.Random) -> str:
    """A random id for a note or a tab."""
    return "".join(chance.choices(LETTERS, k=16))
