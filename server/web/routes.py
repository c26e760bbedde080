"""All HTTP addresses (SPEC 9) with their handlers, as one list.

What may not live here: what a handler does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.routing import Route

from server.boards.rooms import Rooms
from server.doors.codes import Doors
from server.doors.hosts import Hosts
from server.export.queue import ExportQueue
from server.metrics import Meter
from server.rehearsal.rehearsals import Rehearsals
from server.settings import Settings
from server.store import Store
from server.web.answers import Handler, answered, fault, not_allowed, not_found
from server.web.board import BoardCalls
from server.web.callers import Callers
from server.web.days import CalendarCalls
from server.web.exports import Exports
from server.web.handing import Programmes
from server.web.leaders import LeaderCalls
from server.web.links import Links
from server.web.methods import InstalledMethod
from server.web.noticeboard import Noticeboard
from server.web.pages import Pages
from server.web.rehearsing import RehearsalCalls
from server.web.status import Status
from server.web.ways import WaysBack
from server.web.workshops import Workshops

HANDLERS_OF_EXCEPTIONS = {404: not_found, 405: not_allowed, 500: fault}


def routes(
    *,
    settings: Settings,
    store: Store,
    rooms: Rooms,
    methods: Mapping[str, InstalledMethod],
    meter: Meter,
    callers: Callers,
    hosts: Hosts,
    exports: ExportQueue,
    rehearsals: Rehearsals,
    now: Callable[[], int],
) -> list[Route]:
    """All routes except those of connections (/ws, /stream)."""
    doors = Doors(store)
    pages = Pages(settings)
    status = Status(store=store, meter=meter, callers=callers)
    links = Links(settings=settings, store=store, callers=callers, hosts=hosts)
    programmes = Programmes(store=store, rooms=rooms, callers=callers)
    workshops = Workshops(
        settings=settings, store=store, rooms=rooms, doors=doors, methods=methods, callers=callers,
        rehearsals=rehearsals, links=links, programmes=programmes, now=now,
    )  # fmt: skip
    board = BoardCalls(store=store, rooms=rooms, doors=doors, callers=callers, links=links, now=now)
    ways = WaysBack(store=store, rooms=rooms, callers=callers, links=links, now=now)
    rehearsing = RehearsalCalls(store=store, callers=callers)
    leader = LeaderCalls(callers=callers)
    days = CalendarCalls(callers=callers, now=now)
    noticeboard = Noticeboard(store=store, callers=callers, links=links)
    files = Exports(callers=callers, queue=exports, now=now)

    def get(path: str, handler: Handler) -> Route:
        return Route(path, answered(handler), methods=["GET"])

    def unsafe(method: str, path: str, handler: Handler) -> Route:
        return Route(path, answered(callers.own(handler)), methods=[method])

    return [
        get("/", pages.page("front")),
        get("/join", pages.page("join")),
        get("/b/{board}", pages.page("phone")),
        get("/console/{board}", pages.page("console")),
        get("/wall/{board}", pages.page("wall")),
        get("/leader/{board}", pages.page("leader")),
        get("/notice/{board}", pages.page("notice")),
        get("/about/{page}", pages.about),
        get("/static/{path:path}", pages.static),
        get("/favicon.ico", pages.icon),
        get("/robots.txt", pages.robots),
        get("/health", status.health),
        get("/ready", status.ready),
        get("/metrics", status.metrics),
        get("/api/methods", workshops.methods),
        unsafe("POST", "/api/workshops", workshops.create),
        unsafe("POST", "/api/board/{board}/copy", workshops.copy),
        unsafe("POST", "/api/look", workshops.look),
        unsafe("POST", "/api/invitation", workshops.invitation),
        unsafe("POST", "/api/join", workshops.join),
        get("/api/board/{board}/door", board.door),
        unsafe("POST", "/api/board/{board}/door", board.change_door),
        unsafe("POST", "/api/board/{board}/return", ways.make),
        unsafe("POST", "/api/board/{board}/back", ways.back),
        unsafe("POST", "/api/board/{board}/lead", ways.lead),
        get("/api/board/{board}/version/{sheet}/{number}", board.version),
        get("/api/board/{board}/told/{note}", board.told),
        unsafe("DELETE", "/api/board/{board}", board.delete),
        get("/api/board/{board}/rehearsal", rehearsing.show),
        unsafe("POST", "/api/board/{board}/rehearsal", rehearsing.change),
        get("/api/board/{board}/export/{file}", files.file),
        get("/api/board/{board}/leader/{file}", files.leader),
        get("/api/board/{board}/report/{file}", files.report),
        get("/api/board/{board}/lift/{file}", files.lift),
        get("/api/board/{board}/calendar/{file}", days.file),
        get("/api/board/{board}/members", noticeboard.members),
        unsafe("POST", "/api/board/{board}/members", noticeboard.change),
        get("/api/board/{board}/notice", noticeboard.notice),
        get("/api/board/{board}/answers", leader.show),
        unsafe("POST", "/api/board/{board}/answers", leader.answer),
        unsafe("POST", "/api/board/{board}/hand_on", programmes.hand_on),
    ]
