"""The two layers of a view: the audience layer, and one person's layer.

`view` starts empty and adds the records that the kinds of `table` make for the viewer (V1). What may not live here:
removing records from a fuller view, and names of kinds.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from board_schema.board import Actor, Board, base_of
from board_schema.method import Method
from board_schema.patch import View
from board_schema.rules import WRITERS, Who, in_sight, in_team, lent_to, parts_with, pids_acted_for
from board_schema.view import table
from board_schema.view.kinds import Context, Kind, OwnKind, Touched, Viewer
from board_schema.view.own_records import own_of
from board_schema.view.since import Since


class Audience(Struct, frozen=True):
    """Viewers with the same audience layer: a role, and for members of a group that group.

    `leads`: co-facilitators, and in a programme consoles that they were lent; `parts`: those handed to them. Both tell
    who is of the team (V16), and parts what the rounds grant to them (R30).
    """

    role: str
    group: str = ""
    leads: bool = False
    parts: tuple[str, ...] = ()


def audience(board: Board, actor: Actor) -> Audience:
    """The audience that an actor belongs to now.

    Somebody who is not in the board's people any more (removed, or the board is sealed) sees what a listener sees. A
    facilitator's token keeps that role.
    """
    person = board.by_pid(actor.pid)
    if actor.role == "wall":
        return Audience("wall")
    if person is None or person.gone:
        return Audience("facilitator") if board.sealed and actor.role == "facilitator" else Audience("listener")
    if person.role != "participant":
        lent = board.programme and bool(lent_to(person))
        return Audience(person.role, person.group if person.role in WRITERS else "", leads=lent)
    return Audience(person.role, person.group, person.leads, tuple(sorted(person.parts)))


def view(
    board: Board,
    method: Method,
    seen_by: Audience,
    before: tuple[Board, View] | None = None,
    since: Since | None = None,
) -> View:
    """The audience layer: record id to record.

    `before` is an earlier board with its view for the same audience. Records that cannot have changed are shared with
    that view, so that the time depends on what changed and not on the size of the board. If nothing that this audience
    sees has changed, that view itself is returned. `since` is the difference of the two boards, if known.
    """
    team = in_team(method, role=seen_by.role, leads_too=seen_by.leads, parts=seen_by.parts)
    parts = parts_with(method, seen_by.parts) if seen_by.role == "participant" else ()
    sight = in_sight(board, method, role=seen_by.role)
    asker = Who(role=seen_by.role, group=seen_by.group, parts=parts, team=team, sight=sight)
    if before is None:
        return _whole(table.TABLE.audience.kinds, Context(board, method), asker)
    since = since or Since(before[0], board)
    return _renewed(before[1], since.audience, since.context(method), asker)


def personal(
    board: Board, method: Method, actor: Actor, before: View | None = None, since: Since | None = None
) -> View:
    """The personal layer of one person; empty for a wall and for somebody who is not on the board.

    `before` is the same person's layer of the board `since.before`. Records that cannot have changed are shared with
    it, so that the time depends on what changed and not on how many notes the person has.
    """
    person = board.by_pid(actor.pid)
    if actor.role == "wall" or person is None or person.gone:
        return {}
    context = Context(board, method) if since is None else since.context(method)
    own = own_of(context, person)
    if not before or since is None:
        return _whole(table.TABLE.personal.kinds, context, own)
    was = since.before.by_pid(actor.pid)
    pids = own.pids | {base_of(actor.pid)}
    if was is not None:
        pids |= pids_acted_for(since.before, was)
    return _renewed(before, _own_changes(since, pids), context, own)


def _own_changes(since: Since, pids: set[str]) -> list[tuple[OwnKind, list[str] | None]]:
    found: dict[OwnKind, list[str] | None] = dict.fromkeys(since.everybody)
    for pid in pids:
        for kind, ids in since.of_people.get(pid, {}).items():
            kept = found.get(kind, [])
            some = [one for one in ids if one is not None]
            found[kind] = None if kept is None or None in ids else kept + some
    return list(found.items())


def _whole(kinds: Iterable[Kind[Viewer, Touched]], context: Context, viewer: Viewer) -> View:
    shown: View = {}
    for kind in kinds:
        for one in kind.ids(context, viewer) if kind.ids else ("",):
            record = kind.make(context, viewer, one)
            if record is not None:
                shown[kind.key(one)] = record
    return shown


def _renewed(
    kept: View,
    changes: Iterable[tuple[Kind[Viewer, Touched], list[str] | None]],
    context: Context,
    viewer: Viewer,
) -> View:
    """The view that follows `kept`: what may have changed is made again, or removed."""
    fresh: View = {}
    over: list[str] = []
    for kind, ids in changes:
        if ids is None:
            over += kind.keys_in(kept)
            fresh |= _whole((kind,), context, viewer)
            continue
        for one in ids:
            key = kind.key(one)
            record = kind.make(context, viewer, one)
            if record is not None:
                fresh[key] = record
            else:
                over.append(key)
    return _laid(kept, fresh, over)


def _laid(kept: View, fresh: Mapping[str, dict[str, object]], over: list[str]) -> View:
    gone = [key for key in over if key in kept and key not in fresh]
    changed = {key: record for key, record in fresh.items() if kept.get(key) != record}
    if not gone and not changed:
        return kept
    shown = {**kept, **changed}
    for key in dict.fromkeys(gone):
        del shown[key]
    return shown
