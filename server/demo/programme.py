"""Plays a programme of the demo: its workshops hand on, colleagues come to its sittings, and somebody leads it.

What it is about is a case (case.py); a method of one's own that has none shows the examples of its file. What may not
live here: texts, and access that a browser does not have.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from board_schema.board import Lang
from board_schema.method import Lane, Method
from server.demo.case import Case, Talk, case_of, filled
from server.demo.client import Visitor, ask
from server.demo.workshop import VENUES, Links, Workshop, join
from server.rehearsal.mind import LETTERS

EXAMPLES: Final = 4  # of each lane, where there is no case


async def play(
    base_url: str, method: Method, methods: Sequence[Method], *, key: str, seed: int, lang: Lang = "da"
) -> Links:
    """Play a programme without pauses; returns its links. `methods`: all that are installed, for its workshops.

    Raises TurnedDown, Gone, Unanswered, TimeoutError, OSError.
    """
    case = case_of(method)
    title, venue = (case.title, case.venue) if case else (method.heading[lang], VENUES[lang])
    wish = {"method": method.id, "title": title, "venue": venue, "lang": lang, "key": key}
    made = await ask(base_url, "/api/workshops", body=wish)
    door = await ask(base_url, f"/api/board/{made['board']}/door", body={"renew": "notice"}, token=made["token"])
    links = Links(
        board=made["board"], title=f"{method.title[lang]} · {venue}", token=made["token"], wall=made["wall"],
        notice=urlsplit(door["notice"]).fragment.removeprefix("k="),
    )  # fmt: skip
    rng = random.Random(seed)  # noqa: S311  no secret depends on it
    async with AsyncExitStack() as stack:
        lead = await stack.enter_async_context(_visitor(base_url, links.board, links.token, rng))
        it = _Programme(base_url, key, links, lead, stack, rng)
        if case is None:
            await it.examples(method, lang)
        else:
            await it.whole(case, {each.id: each for each in methods})
    return links


class _Programme:
    """A programme that is being played. `names`: the ids of its notes by what its case calls them."""

    def __init__(
        self, base_url: str, key: str, links: Links, lead: Visitor, stack: AsyncExitStack, rng: random.Random
    ) -> None:
        self._base_url = base_url
        self._key = key
        self._links = links
        self._lead = lead
        self._people: dict[str, Visitor] = {}
        self._stack = stack
        self._rng = rng
        self._names: dict[str, str] = {}

    async def whole(self, case: Case, methods: dict[str, Method]) -> None:
        """Play all acts of a case."""
        today = datetime.now(UTC).date()
        for act in case.programme.acts:
            args = filled(act, self._names, today)
            do, called, by = args.pop("do"), args.pop("called", ""), args.pop("by", "")
            match do:
                case "workshop":
                    which = args["which"]
                    await self._workshop(which, case.workshops[which], case.venue, methods)
                case "come":
                    await self._come(args["people"])
                case _:
                    if do == "write":
                        args["note"] = _random(self._rng)
                        self._names[called] = args["note"]
                    await (self._people[by] if by else self._lead).do(do, **args)

    async def examples(self, method: Method, lang: Lang) -> None:
        """Go through the rounds, and write the examples of the lanes that are open."""
        first, wrote = self._lead.round, set[tuple[str, str]]()
        for item in method.rounds:
            await self._lead.do("round", to=item.id, confirm=True)
            write = self._lead.me["write"] or {"sheet": "", "lanes": ()}
            for sheet in (each for each in method.sheets if each.id == write["sheet"]):
                for lane in (each for each in sheet.lanes if each.id in write["lanes"] and not each.needs):
                    if (sheet.id, lane.id) not in wrote:
                        wrote.add((sheet.id, lane.id))
                        await self._write(sheet.id, lane, lang)
        await self._lead.do("round", to=first, confirm=True)

    async def _write(self, sheet: str, lane: Lane, lang: Lang) -> None:
        for example in lane.examples[:EXAMPLES]:
            text = example.da if lang == "da" else example.en
            await self._lead.do("write", note=_random(self._rng), text=text, sheet=sheet, lane=lane.id)

    async def _workshop(self, which: str, talk: Talk, venue: str, methods: dict[str, Method]) -> None:
        """Play a workshop that is started from here, hand on what it picked, and wait for it."""
        token = {"board": self._links.board, "token": self._links.token}
        begun = Workshop.begin(
            self._base_url, methods[talk.method], key=self._key, seed=self._rng.randrange(10_000), pace=0,
            about={"title": talk.title, "venue": venue, "programme": token}, takes=talk.takes, says=talk.examples(),
        )  # fmt: skip
        async with begun as it:
            await it.whole()
            await it.lead.do("close")
            await ask(self._base_url, f"/api/board/{it.links.board}/hand_on", body={}, token=it.links.token)
        came = {which: talk.title, **{take.called: take.text for take in talk.takes}}
        await self._lead.until(lambda: set(came.values()) <= self._by_text().keys())
        self._names |= {called: self._by_text()[text] for called, text in came.items()}

    def _by_text(self) -> dict[str, str]:
        return {note["text"]: note_id for note_id, note in self._lead.notes().items()}

    async def _come(self, people: Sequence[str]) -> None:
        """Begin a sitting, and let colleagues in."""
        await self._lead.do("sitting", on=True)
        door = await ask(self._base_url, f"/api/board/{self._links.board}/door", token=self._links.token)
        for name in people:
            board, token = await join(self._base_url, {"code": door["code"]}, name)
            self._people[name] = await self._stack.enter_async_context(
                _visitor(self._base_url, board, token, self._rng)
            )


def _visitor(base_url: str, board: str, token: str, rng: random.Random) -> Visitor:
    return Visitor(base_url, board=board, token=token, tab=_random(rng))


def _random(rng: random.Random) -> str:
    return "".join(rng.choices(LETTERS, k=16))
