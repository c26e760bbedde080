"""Calls that make a workshop or lead into one: list the methods, create one, copy one, look a code up, join.

What may not live here: other calls with a token of a board (board.py).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from board_schema import decide, events, wire
from board_schema.board import DAY, IDLE_CLOSE, Lang, Leader
from board_schema.decide import copies
from board_schema.events import Entry
from board_schema.forms.scales import Asked
from board_schema.handed import Programme
from board_schema.rules import ahead_round
from board_schema.view.board_records import expires_on
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access
from server.doors.codes import Doors
from server.doors.failures import SLOWEST
from server.log import short
from server.rehearsal.rehearsals import KEPT as REHEARSAL_KEPT
from server.rehearsal.rehearsals import Full, Rehearsals
from server.settings import Settings
from server.store import Credential, Joining, NoBoard, Store
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers
from server.web.handing import Programmes
from server.web.invitation import TYPE, calendar_file
from server.web.links import Links
from server.web.methods import InstalledMethod, card, in_order

log = logging.getLogger("tavle.pages")

AGAIN = 60  # seconds of Retry-After while this process plays as many rehearsals as it may
EPHEMERAL_KEPT = 12 * 60 * 60_000  # milliseconds after its last use that a workshop that keeps nothing is there (R33)
HELLO_WITHIN = 120_000  # milliseconds from joining to the first hello, after which the token is unknown

NewRole = Literal["participant", "listener"]


class FromProgramme(Body, frozen=True):
    """The programme that a workshop is started from (R42), with a token of somebody who leads it.

    `planned`: the note there of the session that it is to be.
    """

    board: Annotated[str, Meta(max_length=64)]
    token: Annotated[str, Meta(max_length=64)]
    planned: Annotated[str, Meta(max_length=40)] = ""


class NewWorkshop(Body, frozen=True, rename={"first": "from", "last": "to"}):
    """The body of create."""

    method: str
    title: str = ""
    venue: str = ""
    first: int | None = None
    last: int | None = None
    step: int | None = None
    leader: Leader | None = None
    lang: Literal["da", "en"] = "da"
    rehearsal: bool = False
    key: str = ""
    programme: FromProgramme | None = None


class CodeOrLink(Body, frozen=True):
    """The body of look: a typed code, or the key of a link. Raises ValueError for neither and for both."""

    code: str | None = None
    join: str | None = None

    def __post_init__(self) -> None:
        if (self.code is None) == (self.join is None):
            raise ValueError("name a code or a link")


class Invited(CodeOrLink, frozen=True):
    """The body of invitation: a code or link key, and the language of its words (none: the workshop's)."""

    lang: Lang | None = None


class NewPerson(CodeOrLink, frozen=True):
    """The body of join: a code or link key, and the person's name."""

    name: str = ""
    remote: bool = False


class Workshops:
    """The calls methods, create, copy, look, invitation and join. `now` returns milliseconds."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        rooms: Rooms,
        doors: Doors,
        methods: Mapping[str, InstalledMethod],
        callers: Callers,
        rehearsals: Rehearsals,
        links: Links,
        programmes: Programmes,
        now: Callable[[], int],
    ) -> None:
        self._links = links
        self._programmes = programmes
        self._settings = settings
        self._store = store
        self._rooms = rooms
        self._doors = doors
        self._methods = methods
        self._cards = [card(each.method) for each in in_order(methods)]
        self._callers = callers
        self._rehearsals = rehearsals
        self._now = now

    async def methods(self, _: Request) -> Response:
        """The cards of all methods."""
        return json_answer(self._cards)

    async def create(self, request: Request) -> Response:
        """Create a workshop; returns its board, the tokens of facilitator and wall, and its code.

        A programme has no code before its first sitting (R41).
        """
        wish = await body_of(request, NewWorkshop)
        await self._callers.may_create(request, wish.key)
        installed = self._methods.get(wish.method)
        if installed is None:
            raise Problem(404, "no_method_file")
        if wish.rehearsal and installed.method.endless:
            raise Problem(400, "bad_request")  # it has no end to be played to
        whose = wish.programme
        programme = (
            await self._programmes.started_from(whose.board, whose.token, planned=whose.planned) if whose else None
        )
        if not wish.rehearsal:
            return json_answer(await self._create(request, wish, installed, programme), status=201)
        try:
            with self._rehearsals.place():
                return json_answer(await self._create(request, wish, installed, programme), status=201)
        except Full:
            raise Problem(429, "rehearsals", retry_after=AGAIN) from None

    async def _create(
        self, request: Request, wish: NewWorkshop, installed: InstalledMethod, programme: Programme | None
    ) -> dict[str, str]:
        now = self._now()
        board = access.text_of(secrets.token_bytes(16))
        pid, seat = access.text_of(secrets.token_bytes(12)), access.text_of(secrets.token_bytes(6))
        ephemeral = installed.method.keep == "nothing"
        endless = installed.method.endless
        days = (self._settings.programme_days if endless else self._settings.retention_days) * DAY
        keep = REHEARSAL_KEPT if wish.rehearsal else min(EPHEMERAL_KEPT, days) if ephemeral else days
        created = decide.create(
            installed.method,
            board_id=board,
            seed=secrets.token_hex(16),
            pid=pid,
            seat=seat,
            now=now,
            this_year=datetime.fromtimestamp(now / 1000, UTC).year,
            keep=keep,
            title=wish.title,
            venue=wish.venue,
            asked=Asked(wish.first, wish.last, wish.step),
            leader=wish.leader,
            lang=wish.lang,
            rehearsal=wish.rehearsal,
        )
        created += [events.StartedFrom(programme)] if programme else []
        opened = await self._open(created, installed.text, facilitator=pid, keep=keep)
        self._callers.created(request)
        what = f"{installed.method.id}, a rehearsal" if wish.rehearsal else installed.method.id
        log.info("board %s was created (%s)", short(board), what)
        opened |= {"code": ""} if endless else {}
        if wish.rehearsal:
            await self._rehearsals.begin(board, installed.method, facilitator=seat, lang=wish.lang)
        return opened

    async def copy(self, request: Request) -> Response:
        """A copy of a closed workshop, as a new one without authors (R36); answers as `create` does."""
        room, _ = await self._callers.facilitator(request, lent=False)
        if room.board.rehearsal or room.board.ephemeral:
            raise Problem(403, "nothing_kept")
        if not room.board.closed:
            raise Problem(409, "not_closed")
        self._callers.may_copy(request)
        board = access.text_of(secrets.token_bytes(16))
        pid, seat = access.text_of(secrets.token_bytes(12)), access.text_of(secrets.token_bytes(6))
        keep = self._settings.retention_days * DAY
        made = copies.copy(
            room.board, room.method, board_id=board, seed=secrets.token_hex(16), pid=pid, seat=seat, keep=keep
        )
        text = (await self._store.load(room.id)).method
        opened = await self._open(made, text, facilitator=pid, keep=keep)
        self._callers.created(request)
        log.info("board %s was created (a copy of %s)", short(board), short(room.id))
        return json_answer(opened, status=201)

    async def _open(self, created: list[events.AnyEvent], text: str, *, facilitator: str, keep: int) -> dict[str, str]:
        """Store a new board with its first entry, its method's text, tokens and doors."""
        now, first = self._now(), created[0]
        assert isinstance(first, events.Created)
        board = first.id
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        keys = await self._doors.first_keys(board)
        # Nobody's act: the notes of a copy cannot be undone all at once.
        pid = "" if any(isinstance(event, events.Copied) for event in created) else facilitator
        await self._store.create(
            board,
            method=text,
            entry=wire.pack_entry(Entry(events=tuple(created), pid=pid, role="facilitator", at=now)),
            tokens=[
                (access.digest(token), Credential("facilitator", facilitator)),
                (access.digest(keys.wall), Credential("wall", "")),
            ],
            expires=now + keep,
            due=now + IDLE_CLOSE,
            ephemeral=first.ephemeral,
        )
        keys = await self._doors.register(board)
        return {"board": board, "token": token, "wall": keys.wall, "code": keys.code}

    async def look(self, request: Request) -> Response:
        """The workshop of a code or link, before joining it."""
        room, role = await self._open_door(request, await body_of(request, CodeOrLink))
        return json_answer(
            {
                "board": room.id,
                "title": room.board.title,
                "venue": room.board.venue,
                "method": room.method.title,
                "heading": room.method.heading,
                "pitch": room.method.pitch,
                "role": role,
                "lang": room.board.lang,
                "leader": room.board.leader,
                "rehearsal": room.board.rehearsal,
                "keep": room.method.keep,
                "expires": expires_on(room.board),
                "day": room.board.day if room.board.ahead else 0,
                "ahead": ahead_round(room.board, room.method) is not None,
            }
        )

    async def invitation(self, request: Request) -> Response:
        """The day of a code or link as a calendar file, before joining."""
        wish = await body_of(request, Invited)
        room, role = await self._open_door(request, wish)
        board, keys = room.board, await self._doors.keys(room.id)
        if not board.ahead:
            raise Problem(409, "no_day")
        base = await self._links.base(request, room.id)
        link = f"{base}/join#l={keys.listen}" if role == "listener" else f"{base}/join#j={keys.join}"
        writes = role == "participant" and ahead_round(board, room.method) is not None
        body = calendar_file(board, room.method, link=link, ahead=writes, lang=wish.lang or board.lang, now=self._now())
        return Response(body, headers={"content-type": TYPE, "cache-control": "no-store"})

    async def join(self, request: Request) -> Response:
        """A token for a new person, who is on the board from the token's first hello (connections/arrivals.py)."""
        way = await body_of(request, NewPerson)
        room, role = await self._open_door(request, way)
        self._callers.may_join(request, room.id)
        pid, seat = access.text_of(secrets.token_bytes(12)), access.text_of(secrets.token_bytes(6))
        # Decided now, for its refusals and the cleaned name, and again at hello.
        now = self._now()
        joined, *_ = decide.join(
            room.board, room.method, pid=pid, seat=seat, name=way.name, role=role, remote=way.remote, now=now
        )
        assert isinstance(joined, events.Joined)
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        kept = await self._store.joining.add(
            room.id,
            digest=access.digest(token),
            who=Joining(role, pid, seat, joined.person.name, way.remote, room.board.sitting),
            now=now,
            until=now + HELLO_WITHIN,
        )
        if not kept:
            raise Problem(429, "slow_down", retry_after=SLOWEST)
        return json_answer({"board": room.id, "token": token, "seat": seat, "role": role})

    async def _open_door(self, request: Request, way: CodeOrLink) -> tuple[Room, NewRole]:
        """The board and role of a code or link. Raises the same Problem for unknown, renewed and closed ones."""
        if way.code is None:
            # A link's 128 bits cannot be guessed, so it neither waits behind wrong codes nor counts as one (H2).
            found = await self._found(way.join or "", kind="join")
        else:
            network = self._callers.of(request).network
            async with self._callers.codes.turn(network, request):
                found = await self._found(way.code, kind="code")
                if found is None:
                    self._callers.codes.failed(network)
        if found is None:
            unknown = access.unknown_words(way.code) if way.code else []
            raise Problem(404, "no_door", unknown=unknown) if unknown else Problem(404, "no_door")
        return found

    async def _found(self, key: str, *, kind: str) -> tuple[Room, NewRole] | None:
        """The board and role of a code or link (`kind` as in Doors.find); None where nobody may join by it now."""
        found = await self._doors.find(key, kind=kind)
        if found is None:
            return None
        board, role = found
        try:
            room = await self._rooms.get(board)
        except NoBoard:
            return None
        if not room.board.door or room.board.closed:
            return None
        if room.board.programme and not await self._doors.are_for(board, room.board.sitting):
            return None
        return room, "listener" if role == "listener" else "participant"
