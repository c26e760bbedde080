"""HTTP: the pages, their files, and the calls of SPEC 9.

What may not live here: what a workshop's rules are (every change goes through a room), WebSockets,
and Redis commands. Nothing here logs an address, a text, a code or a token.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from board_schema import decide, events, wire
from board_schema.board import DAY, IDLE_CLOSE, Actor, Leader, Role
from board_schema.commands import Refused
from board_schema.events import Entry
from server.boards.rooms import Broken, Room, Rooms
from server.doors import access, addresses
from server.doors.access import Caller, Failures
from server.doors.codes import Doors
from server.log import where
from server.metrics import KIND, Meter
from server.settings import Settings
from server.store import Grant, NoBoard, Store, StoreAway
from server.web import prose
from server.web.files import File, Files
from server.web.scripts import Script, card, in_order

log = logging.getLogger("tavle.pages")

HERE = Path(__file__).parent.parent
STATIC = HERE.parent / "static"
LARGEST_BODY = 16 * 1024  # bytes
ANSWER = 10.0  # seconds that a call waits for its entry to be in the log
IN_LINE = 20  # slowed look-ups of one address that may wait at a time
HASHED = re.compile(r"[0-9a-f]{16}/")
LANGUAGES = ("da", "en")

TRUST = {
    # The scripts make pages through lit-html's templates only; nothing comes from elsewhere.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types lit-html"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), autoplay=(), camera=(), "
        "clipboard-read=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), "
        "hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), "
        "payment=(), publickey-credentials-get=(), serial=(), usb=(), window-management=(), "
        "xr-spatial-tracking=(), screen-wake-lock=(self), fullscreen=(self)"
    ),
}


class Problem(Exception):
    """A call that cannot be answered: a status and a reason, which the page has a text for."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


Shape = TypeVar("Shape")
NO_DOOR = Problem(404, "no_door")


# -- every answer -------------------------------------------------------------------------


class Trusted:
    """Puts the headers of trust on every answer (H3), and turns failures into plain reasons."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Any]) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in TRUST.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        # No part of a file is ever sent, so nobody has to work out which.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"range"]
        names = {name for name, _ in scope["headers"]}
        began = False

        async def trusted(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                message["headers"] = [*map(_here, message["headers"]), *self._headers]
            await send(message)

        if {b"content-length", b"transfer-encoding"} <= names:
            # Two lengths: a proxy before us may have read the other one (RFC 9112, 6.3).
            refusal = _error(Problem(400, "bad_op"))
            refusal.headers["connection"] = "close"
            await refusal(scope, receive, trusted)
            return
        try:
            await self._app(scope, receive, trusted)
        except Exception as problem:
            log.error("%s %s: %s", scope["method"], scope.get("route_name", ""), where(problem))
            if not began:
                await _error(Problem(500, "fault"))(scope, receive, trusted)


def _here(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A header as it was; of a place to go on to, only the path: the host is what the request made of it."""
    name, value = header
    return (name, b"/" + urlsplit(value).path.lstrip(b"/")) if name == b"location" else header


def _error(problem: Problem) -> Response:
    return _json({"error": problem.reason}, status=problem.status)


def _json(value: Any, *, status: int = 200) -> Response:
    return JSONResponse(value, status_code=status, headers={"cache-control": "no-store"})


def _sent(request: Request, file: File, *, cache: str, status: int = 200) -> Response:
    headers = {"cache-control": cache, "content-type": file.kind}
    if file.packed is None:
        return Response(file.plain, status_code=status, headers=headers)
    headers["vary"] = "accept-encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(file.packed, status_code=status, headers=headers)
    return Response(file.plain, status_code=status, headers=headers)


Handler = Callable[[Request], Any]


def _answered(handler: Handler) -> Handler:
    """A handler whose failures are plain answers."""

    async def answered(request: Request) -> Response:
        try:
            answer: Response = await handler(request)
            return answer
        except Problem as problem:
            return _error(problem)
        except NoBoard:
            return _error(Problem(404, "gone"))
        except Refused as refused:
            return _error(Problem(409, refused.reason))
        except (StoreAway, Broken, TimeoutError):
            return _error(Problem(503, "store_away"))

    return answered


class Pages:
    """The HTTP side of the house."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        rooms: Rooms,
        scripts: Mapping[str, Script],
        meter: Meter,
        now: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._store = store
        self._rooms = rooms
        self._scripts = scripts
        self._meter = meter
        self._now = now
        self._files = Files(STATIC)
        self._cards = [card(script.method) for script in in_order(scripts)]
        self._wrong = Failures()
        self._made = Failures(free=access.CREATIONS, window=access.HOUR)
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}
        self._doors = Doors(store)

    def routes(self) -> list[Route]:
        """Every address but the socket's."""
        gets: list[tuple[str, Handler]] = [
            ("/", self._page("front")),
            ("/join", self._page("join")),
            ("/b/{board}", self._page("phone")),
            ("/console/{board}", self._page("console")),
            ("/wall/{board}", self._page("wall")),
            ("/about/{page}", self._about),
            ("/static/{path:path}", self._static),
            ("/favicon.ico", self._icon),
            ("/robots.txt", self._robots),
            ("/health", self._health),
            ("/ready", self._ready),
            ("/metrics", self._metrics),
            ("/api/methods", self._methods),
            ("/api/board/{board}/door", self._door),
            ("/api/board/{board}/export/{file}", self._export),
        ]
        posts: list[tuple[str, Handler]] = [
            ("/api/workshops", self._create),
            ("/api/look", self._look),
            ("/api/join", self._join),
            ("/api/board/{board}/door", self._change_door),
            ("/api/board/{board}/return", self._return),
        ]
        routes = [Route(path, _answered(do), methods=["GET"]) for path, do in gets]
        routes += [Route(path, _answered(self._own(do)), methods=["POST"]) for path, do in posts]
        delete = _answered(self._own(self._delete))
        routes.append(Route("/api/board/{board}", delete, methods=["DELETE"]))
        return routes

    async def not_found(self, request: Request, _: Exception) -> Response:
        """What is said where nothing is."""
        return _error(Problem(404, "no_page"))

    async def not_allowed(self, request: Request, _: Exception) -> Response:
        """What is said to a method that an address does not take."""
        return _error(Problem(405, "no_method"))

    async def fault(self, request: Request, _: Exception) -> Response:
        """What is said when we stumbled."""
        return _error(Problem(500, "fault"))

    # -- pages and files ------------------------------------------------------------------

    def _page(self, name: str) -> Handler:
        async def page(request: Request) -> Response:
            file = self._files.page(name)
            if file is None:
                raise Problem(404, "no_page")
            return _sent(request, file, cache="no-cache")

        return page

    async def _static(self, request: Request) -> Response:
        path = request.path_params["path"]
        wanted = HASHED.match(path)
        file = self._files.get(path[wanted.end() :] if wanted else path)
        if file is None:
            raise Problem(404, "no_page")
        # An older page asks under an older hash: it gets what there is now, but not for ever.
        fresh = wanted is not None and wanted.group() == f"{self._files.hash}/"
        lasting = "public, max-age=31536000, immutable"
        return _sent(request, file, cache=lasting if fresh else "no-cache")

    async def _icon(self, request: Request) -> Response:
        file = self._files.get("icon.svg")
        if file is None:
            raise Problem(404, "no_page")
        return _sent(request, file, cache="max-age=86400")

    async def _robots(self, request: Request) -> Response:
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")

    async def _about(self, request: Request) -> Response:
        page, lang = request.path_params["page"], _language(request)
        if not re.fullmatch(r"[a-z][a-z-]{0,40}", page):
            raise Problem(404, "no_page")
        path = HERE / "docs" / f"{page}.{lang}.md"
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            raise Problem(404, "no_page") from None
        page_file = self._files.made(prose.page(text, lang=lang))
        return _sent(request, page_file, cache="no-cache")

    async def _health(self, request: Request) -> Response:
        return _json({"ok": True})

    async def _ready(self, request: Request) -> Response:
        await self._store.ping()
        return _json({"ok": True})

    async def _metrics(self, request: Request) -> Response:
        """For loopback, or with the house key as a bearer."""
        host, caller = request.headers.get("host", ""), self._caller(request)
        if not (caller.here and access.trusted_name(host, public_url=self._settings.public_url)):
            _, _, key = request.headers.get("authorization", "").partition("Bearer ")
            async with self._counted(caller.address):  # a key may be a person's own, and guessed
                if not access.key_fits(key, key=self._settings.key):
                    if key:
                        self._wrong.add(caller.address, now=self._now())
                    raise Problem(403, "wrong_key" if key else "need_key")
        return Response(self._meter.text(), headers={"content-type": KIND, "cache-control": "no-store"})

    async def _methods(self, request: Request) -> Response:
        return _json(self._cards)

    # -- who asks -------------------------------------------------------------------------

    def _own(self, do: Handler) -> Handler:
        """Only for our own pages and for programs with a token (H1)."""

        async def own(request: Request) -> Response:
            token = access.bearer(request.headers.get("authorization"))
            if not access.from_ourselves(
                request.headers,
                public_url=self._settings.public_url,
                has_token=token is not None,
            ):
                raise Problem(403, "origin")
            answer: Response = await do(request)
            return answer

        return own

    def _caller(self, request: Request) -> Caller:
        peer = request.client.host if request.client is not None else ""
        return access.caller(
            peer,
            request.headers,
            scheme=request.url.scheme,
            proxies=self._settings.trusted_proxy,
        )

    async def _known(self, request: Request) -> tuple[Room, Grant]:
        """The board that is asked about, and what the token stands for. Raises Problem."""
        board = request.path_params["board"]
        token = access.bearer(request.headers.get("authorization"))
        if token is None:
            raise Problem(401, "no_access")
        grant = await self._store.granted(board, digest=access.digest(token))
        if grant is None:
            await self._store.head(board)
            raise Problem(403, "no_access")
        room = await self._rooms.get(board)
        person = room.board.people.get(grant.pid)
        if person is not None and person.gone:
            raise Problem(403, "removed")
        return room, grant

    async def _led(self, request: Request) -> tuple[Room, Grant]:
        """The same, for the facilitator alone."""
        room, grant = await self._known(request)
        if grant.role != "facilitator":
            raise Problem(403, "role")
        return room, grant

    @asynccontextmanager
    async def _counted(self, address: str) -> AsyncIterator[None]:
        """A look-up that may fail. Whoever failed too often waits in line for each answer (H2)."""
        pause = self._wrong.pause(address, now=self._now())
        if not pause:
            yield
            return
        lock, waiting = self._lines.get(address, (asyncio.Lock(), 0))
        if waiting >= IN_LINE:
            raise Problem(429, "slow_down")
        self._lines[address] = (lock, waiting + 1)
        try:
            async with lock:
                await asyncio.sleep(pause)
                yield
        finally:
            lock, waiting = self._lines[address]
            if waiting == 1:
                del self._lines[address]
            else:
                self._lines[address] = (lock, waiting - 1)

    # -- workshops ------------------------------------------------------------------------

    async def _create(self, request: Request) -> Response:
        wish = _checked(await _body(request), Wish)
        caller = self._caller(request)
        self._may_create(request, caller, wish.key)
        script = self._scripts.get(wish.method)
        if script is None:
            raise Problem(404, "no_method_file")
        now = self._now()
        board = access.text_of(secrets.token_bytes(16))
        pid = access.text_of(secrets.token_bytes(12))
        created = decide.create(
            script.method,
            board_id=board,
            seed=secrets.token_hex(16),
            pid=pid,
            seat=access.text_of(secrets.token_bytes(6)),
            now=now,
            this_year=datetime.fromtimestamp(now / 1000, UTC).year,
            keep=self._settings.retention_days * DAY,
            title=wish.title,
            place=wish.place,
            first_year=wish.first_year,
            last_year=wish.last_year,
            leader=wish.leader,
            lang=wish.lang,
        )
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        keys = await self._doors.first_keys(board)
        await self._store.create(
            board,
            method=script.text,
            entry=_first_entry(created, pid=pid, now=now),
            tokens=[
                (access.digest(token), Grant("facilitator", pid)),
                (access.digest(keys.wall), Grant("wall", "")),
            ],
            expires=now + self._settings.retention_days * DAY,
            due=now + IDLE_CLOSE,
        )
        keys = await self._doors.hang(board)
        self._made.add(caller.address, now=now)
        return _json({"board": board, "token": token, "wall": keys.wall, "code": keys.code}, status=201)

    def _may_create(self, request: Request, caller: Caller, key: str) -> None:
        host = request.headers.get("host", "")
        if caller.here and access.trusted_name(host, public_url=self._settings.public_url):
            return
        now = self._now()
        if self._made.number(caller.address, now=now) >= access.CREATIONS:
            raise Problem(429, "too_many")
        if not access.key_fits(key, key=self._settings.key):
            if key:
                self._made.add(caller.address, now=now)
            raise Problem(403, "wrong_key" if key else "need_key")

    async def _delete(self, request: Request) -> Response:
        room, _ = await self._led(request)
        await self._rooms.delete(room.id)
        return Response(status_code=204, headers={"cache-control": "no-store"})

    # -- the door -------------------------------------------------------------------------

    async def _look(self, request: Request) -> Response:
        way = _checked(await _body(request), Way)
        async with self._counted(self._caller(request).address):
            room, role = await self._open_door(request, way)
        return _json(
            {
                "board": room.id,
                "title": room.board.title,
                "place": room.board.place,
                "method": room.method.title,
                "role": role,
                "lang": room.board.lang,
                "leader": room.board.leader,
                "expires": room.board.last_at // DAY * DAY + room.board.keep,
            }
        )

    async def _join(self, request: Request) -> Response:
        way = _checked(await _body(request), Way)
        async with self._counted(self._caller(request).address):
            room, role = await self._open_door(request, way)
        actor = Actor(access.text_of(secrets.token_bytes(12)), role)
        seat = access.text_of(secrets.token_bytes(6))
        async with asyncio.timeout(ANSWER):
            answer = await room.submit_join(actor, seat=seat, name=way.name, remote=way.remote)
        if answer.reason == "closed":
            raise NO_DOOR
        if answer.reason is not None:
            raise Problem(409, answer.reason)
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        await self._store.grant(room.id, digest=access.digest(token), grant=Grant(role, actor.pid))
        return _json({"board": room.id, "token": token, "seat": seat, "role": role})

    async def _open_door(self, request: Request, way: Way) -> tuple[Room, Role]:
        """Where a code or link leads. Unknown, renewed and closed doors are one and the same."""
        key, kind = (way.join, "join") if way.join else (way.code, "code")
        found = await self._doors.find(key, kind=kind)
        try:
            if found is not None:
                board, role = found
                room = await self._rooms.get(board)
                if room.board.door and not room.board.closed:
                    return room, "listener" if role == "listener" else "participant"
        except NoBoard:
            pass
        self._wrong.add(self._caller(request).address, now=self._now())
        raise NO_DOOR

    async def _door(self, request: Request) -> Response:
        room, grant = await self._known(request)
        if grant.role not in ("facilitator", "wall"):
            raise Problem(403, "role")
        return _json(await self._door_record(request, room, grant))

    async def _change_door(self, request: Request) -> Response:
        room, grant = await self._led(request)
        change = _checked(await _body(request), DoorChange)
        if change.address:
            try:
                address = addresses.origin(change.address)
            except ValueError:
                raise Problem(400, "bad_address") from None
            await self._store.set_setting(room.id, name="address", value=address)
        if change.renew:
            await self._doors.renew(room.id)
        return _json(await self._door_record(request, room, grant))

    async def _door_record(self, request: Request, room: Room, grant: Grant) -> dict[str, Any]:
        keys = await self._doors.keys(room.id)
        ways = self._addresses(request)
        chosen = (await self._store.settings(room.id)).get("address", "")
        base = self._settings.public_url or chosen or ways[0]
        url = f"{base}/join#j={keys.join}"
        record: dict[str, Any] = {
            "code": keys.code,
            "url": url,
            "qr": addresses.qr(url),
            "addresses": ways if base in ways else [base, *ways],
        }
        if grant.role == "facilitator":
            record["listen"] = f"{base}/join#l={keys.listen}"
            record["wall"] = f"{base}/wall/{room.id}#k={keys.wall}"
        return record

    async def _return(self, request: Request) -> Response:
        """A new way in for somebody whose phone is gone; facilitators may have one for themselves."""
        room, grant = await self._led(request)
        wish = _checked(await _body(request), Seat)
        person = room.board.person(wish.seat)
        if person is None or person.hosted or (person.role == "facilitator" and person.pid != grant.pid):
            raise Problem(404, "no_seat")
        page = "console" if person.role == "facilitator" else "b"
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        await self._store.grant(room.id, digest=access.digest(token), grant=Grant(person.role, person.pid))
        chosen = (await self._store.settings(room.id)).get("address", "")
        base = self._settings.public_url or chosen or self._addresses(request)[0]
        url = f"{base}/{page}/{room.id}#k={token}"
        return _json({"url": url, "qr": addresses.qr(url)})

    def _addresses(self, request: Request) -> list[str]:
        """Where phones may reach us, the likeliest first; this computer's own name only at last."""
        if self._settings.public_url:
            return [self._settings.public_url]
        caller = self._caller(request)
        scheme = "https" if caller.https else "http"
        host = request.headers.get("host", "").lower()
        server = request.scope.get("server") or ("", self._settings.port)
        port = server[1] or self._settings.port
        found = [] if addresses.is_here(host) else [f"{scheme}://{host}"]
        if self._settings.host not in ("127.0.0.1", "::1", "localhost"):
            found += [f"http://{address}:{port}" for address in addresses.lan_addresses()]
        found = list(dict.fromkeys(found))
        return found or [f"{scheme}://{host or f'localhost:{port}'}"]

    # -- taking it home -------------------------------------------------------------------

    async def _export(self, request: Request) -> Response:
        room, grant = await self._known(request)
        board = room.board
        at_home = bool(board.closed) or room.method.round(board.round).take_home
        if grant.role != "facilitator" and not at_home:
            raise Problem(403, "round")
        name, _, form = request.path_params["file"].rpartition(".")
        kinds = {
            "svg": "image/svg+xml",
            "png": "image/png",
            "pdf": "application/pdf",
            "md": "text/markdown; charset=utf-8",
            "csv": "text/csv; charset=utf-8",
            "json": "application/json",
        }
        if form not in kinds or not name:
            raise Problem(404, "no_page")
        from server.export import ExportError, export  # heavy; most processes never need it

        try:
            data = await export(
                board=board,
                method=room.method,
                form=form,
                size=request.query_params.get("size", "a3"),
                lang=_language(request),
            )
        except ExportError:
            raise Problem(422, "export") from None
        safe = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:60] or "tavle"
        return Response(
            data,
            headers={
                "content-type": kinds[form],
                "content-disposition": f'attachment; filename="{safe}.{form}"',
                "cache-control": "no-store",
            },
        )


# -- what may be asked for ----------------------------------------------------------------


class Wish(msgspec.Struct, frozen=True, rename={"first_year": "from", "last_year": "to"}):
    """A new workshop."""

    method: str
    title: str = ""
    place: str = ""
    first_year: int = 0
    last_year: int = 0
    leader: Leader | None = None
    lang: Literal["da", "en"] = "da"
    key: str = ""


class Way(msgspec.Struct, frozen=True):
    """A way in: a typed code, or the token of a link; and what to be called."""

    code: str = ""
    join: str = ""
    name: str = ""
    remote: bool = False


class DoorChange(msgspec.Struct, frozen=True):
    """What to change about the door."""

    address: str = ""
    renew: bool = False


class Seat(msgspec.Struct, frozen=True):
    """Whose way in is asked for."""

    seat: str


async def _body(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "not_json")
    data = b""
    try:
        async for part in request.stream():
            data += part
            if len(data) > LARGEST_BODY:
                raise Problem(413, "too_long")
    except ClientDisconnect:
        raise Problem(400, "bad_op") from None  # who has gone hears it no more
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Problem(400, "bad_op") from None


def _checked(body: Any, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(body, shape)
    except (msgspec.ValidationError, RecursionError):
        raise Problem(400, "bad_op") from None


def _language(request: Request) -> str:
    """Danish, unless English is asked for or is what the browser puts first of the two."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.strip()[:2]
        if tag in LANGUAGES:
            return tag
        if tag in ("nb", "nn", "no", "sv"):
            return "da"
    return "da"


def _first_entry(created: list[events.AnyEvent], *, pid: str, now: int) -> bytes:
    return wire.pack_entry(Entry(events=tuple(created), pid=pid, role="facilitator", at=now))
