"""From a command to events: the only producer of events.

`decide` reads the board and returns the events of a command, or raises Refused with one reason. It never changes a
board, reads no clock (`now` is passed in) and no random source: orders are derived from the board's seed (R19). The
server appends the events; `fold` applies them.
"""

from collections.abc import Container

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import (
    IDLE_CLOSE,
    IDLE_SITTING,
    MINUTE,
    PURGE_AFTER,
    REOPEN_FOR,
    Actor,
    Board,
    Lang,
    Leader,
    Person,
    Role,
    Ticks,
)
from board_schema.commands import Refused, clean
from board_schema.decide.about import about
from board_schema.decide.cards import claim, draw, prepare, skip
from board_schema.decide.coleads import colead, lend
from board_schema.decide.common import (
    TITLE_LIMIT,
    VENUE_LIMIT,
    Events,
    acting,
    changed,
    full,
    need,
    person_name,
    smallest_group,
)
from board_schema.decide.devices import about_devices, come_back
from board_schema.decide.fields import set_field
from board_schema.decide.following import follow_up
from board_schema.decide.freezing import freeze, unfreeze
from board_schema.decide.gather import apart, gather
from board_schema.decide.lead import lead
from board_schema.decide.links import link, unlink
from board_schema.decide.marks import mark
from board_schema.decide.notes import delete, edit, move, place, restore, reveal_told, undo, write
from board_schema.decide.pad import keep_pad
from board_schema.decide.parts import hand
from board_schema.decide.picks import count, pick
from board_schema.decide.turns import give_free, queue_up, take_turn
from board_schema.forms import form_of, sheet_of_ticks
from board_schema.forms.scales import NOTHING, Asked
from board_schema.method import Method
from board_schema.rules import counted, crowd, next_count, own_pids, planned

LATE = 10_000  # milliseconds after which whoever finds a handing under way goes on with it


def create(
    method: Method,
    *,
    board_id: str,
    seed: str,
    pid: str,
    seat: str,
    now: int,
    this_year: int,
    keep: int,
    title: str = "",
    venue: str = "",
    asked: Asked = NOTHING,
    leader: Leader | None = None,
    lang: Lang = "da",
    rehearsal: bool = False,
) -> Events:
    """The first entry's events: a new workshop with its facilitator.

    `seed` is random and secret. `keep` is how long (ms) after its last use the workshop is kept. Without a title the
    method's heading in `lang` is used. `asked`: where its timeline begins and ends. `rehearsal` is only shown to
    people; no rule depends on it.
    Where the method keeps nothing, title and venue are left out (R33). Raises Refused(`too_long`, `bad_op`).
    """
    sheet = sheet_of_ticks(method)
    scale = form_of(sheet).scale(sheet) if sheet else None
    ticks = scale.ticks(sheet, asked, Ticks(), this_year) if sheet and scale else Ticks()
    answer = leader or method.leader
    ephemeral = method.keep == "nothing"
    if ephemeral:
        title = venue = ""
    heading = clean(title, limit=TITLE_LIMIT, lines=False) if title.strip() else method.heading[lang]
    return [
        e.Created(
            id=board_id,
            seed=seed,
            method=method.id,
            title=heading,
            venue=clean(venue, limit=VENUE_LIMIT, lines=False) if venue.strip() else "",
            ticks=ticks,
            leader=answer,
            round=method.plan(answer)[0].id,
            ends_at=0,
            keep=keep,
            lang=lang,
            rehearsal=rehearsal,
            ephemeral=ephemeral,
            programme=method.endless,
            facilitator=Person(pid=pid, seat=seat, number=0, name="", role="facilitator"),
        )
    ]


def join(board: Board, method: Method, *, pid: str, seat: str, name: str, role: Role, remote: bool, now: int) -> Events:
    """The events of a new person with a new random pid and seat.

    `role` is participant or listener. Raises Refused(`closed`, `full`, `too_long`): `closed` also while the door is
    shut. When groups exist they join the smallest one (R16), and a running queue gets them as the last. The first who
    joins starts the first round's clock (R8).
    """
    if board.closed or not board.door:
        raise Refused("closed")
    if full(board):
        raise Refused("full")
    if pid in board.people or seat in board.seats:
        raise Refused("taken")
    person = Person(
        pid=pid,
        seat=seat,
        number=board.joined + 1,
        name=person_name(name),
        role=role,
        remote=remote,
        group=smallest_group(board) if role == "participant" else "",
    )
    return [e.Joined(person), *queue_up(board, method, person), *_first_clock(board, method, now)]


def _first_clock(board: Board, method: Method, now: int) -> Events:
    """The start of the clock by who joins first: whoever prepares a workshop early has used none of its time."""
    joined = any(person.joined for person in board.people.values())
    begun = board.underway or board.ends_at or joined or board.ahead
    minutes = 0 if begun else planned(method.round(board.round), crowd((), ()))
    return [e.TimerSet(now + minutes * MINUTE)] if minutes else []


def tidy(board: Board, now: int) -> Events:
    """The events that are due by time: purging deleted notes (V8), sealing (R14), closing an idle board (R15), and
    counts of hidden notes that have passed a further step (V6).
    """
    if board.sealed or (board.ephemeral and board.closed):
        return []
    if board.closed:
        return [e.Sealed()] if now >= board.closed + REOPEN_FOR else []
    old = [i for i, kept in board.bin.items() if kept.by_author and now >= kept.at + PURGE_AFTER]
    old += [i for i, taken in board.pad_bin.items() if now >= taken.at + PURGE_AFTER]
    stale = tuple(sorted(old))
    events: Events = [e.NotesPurged(stale)] if stale else []
    if counts := counted(board, now):
        events.append(e.Counted(counts))
    if not board.programme and now >= board.used_until + IDLE_CLOSE:
        events.append(e.Closed())
    if board.sitting and now >= board.last_at + IDLE_SITTING:
        events.append(e.SittingEnded())
    return events


def due(board: Board) -> int:
    """When `tidy` next returns events, the board is to be erased, or what is on its way to a programme (R42) is late
    (ms); 0 for never.

    Not for counts, which only open boards need (`count_due`).
    """
    late = [handing.at + LATE for handing in board.under_way]
    if board.sealed:
        return min(late, default=0)
    if board.closed:
        return min([board.closed + (0 if board.ephemeral else REOPEN_FOR), *late])
    return min(
        [
            *late,
            *(() if board.programme else (board.used_until + IDLE_CLOSE,)),
            *((board.last_at + IDLE_SITTING,) if board.sitting else ()),
            *(kept.at + PURGE_AFTER for kept in board.bin.values() if kept.by_author),
            *(taken.at + PURGE_AFTER for taken in board.pad_bin.values()),
        ],
        default=0,
    )


def count_due(board: Board) -> int:
    """When `tidy` next returns a count that has passed a further step (ms); 0 for never."""
    return 0 if board.closed else next_count(board)


def arrive(board: Board, method: Method, pid: str) -> Events:
    """The events of somebody coming who wrote ahead and was waited for (R37); none where nobody waits for them."""
    person = board.by_pid(pid)
    if person is None or person.gone or not person.away or board.sealed:
        return []
    back = replace(person, away=False, group=smallest_group(board) if person.role == "participant" else "")
    return [e.PersonSet(back), *queue_up(board, method, back)]


def decide(
    board: Board, method: Method, actor: Actor, command: c.Command, now: int, here: Container[str] | None = None
) -> Events:
    """The events of a command, possibly none; raises Refused with the reason.

    `here`: the seats that are connected now, on which it depends who is there when the day begins (R37); None: all.
    The actor's role is read from the board; the credential's role only tells whether it is a wall. No argument of a
    command can set another author (O5).
    """
    person = board.by_pid(actor.pid)
    if actor.role == "wall":
        raise Refused("role")
    if board.sealed:
        raise Refused("sealed")
    if person is None or person.gone:
        raise Refused("role")
    if isinstance(command, c.Devices):
        return about_devices(person, command)
    if person.role == "listener" and not _with_own_draft(board, person, command):
        raise Refused("role")
    if board.closed and not isinstance(command, c.Reopen | c.Seal):
        raise Refused("closed")
    if board.ephemeral and _stores_text(command):
        raise Refused("nothing_kept")
    match command:
        case c.Write():
            return write(board, method, acting(board, person, command.acting), command)
        case c.Edit():
            return edit(board, method, person, command)
        case c.Place():
            return place(board, method, acting(board, person, command.acting), command)
        case c.Move():
            return move(board, method, person, command)
        case c.Mark():
            return mark(board, method, person, command)
        case c.Link():
            return link(board, method, person, command)
        case c.Unlink():
            return unlink(board, method, person, command)
        case c.About():
            return about(board, method, person, command)
        case c.Delete():
            return delete(board, method, person, command)
        case c.Restore():
            return restore(board, method, person, command)
        case c.Undo():
            return undo(board, method, person)
        case c.Ready(on=on):
            need(board, method, person, "ready", reason="not_ready_here")
            return [changed(person, ready=on)]
        case c.TurnAct():
            return take_turn(board, method, person, command, now)
        case c.Gather():
            return gather(board, method, person, command)
        case c.Apart():
            return apart(board, method, person, command)
        case c.SetDeck() | c.Sort():
            return prepare(board, method, person, command)
        case c.Draw():
            return draw(board, method, person, command, now)
        case c.Skip():
            return skip(board, method, person, command)
        case c.Free():
            return give_free(board, method, person, command)
        case c.Claim():
            return claim(board, method, person, command)
        case c.Reveal(note=note_id) if note_id:
            return reveal_told(board, method, person, note_id)
        case c.SetField():
            return set_field(board, method, person, command)
        case c.Pad():
            return keep_pad(board, method, person, command)
        case c.Pick():
            return pick(board, method, person, command)
        case c.Count():
            return count(board, method, person, command)
        case c.Colead():
            return colead(board, person, command)
        case c.Hand():
            return hand(board, method, person, command)
        case c.Freeze():
            need(board, method, person, "lead", reason="role")
            return freeze(board, method, command, now)
        case c.Unfreeze():
            need(board, method, person, "lead", reason="role")
            return unfreeze(board, command)
        case c.SetNow():
            need(board, method, person, "lead", reason="role")
            return follow_up(board, method, command, now)
        case c.GoTo() | c.Timer():
            need(board, method, person, "go", reason="role")
            return lead(board, method, command, now, here)
        case c.Name(name=name):
            return [changed(person, name=person_name(name))]
        case _:
            need(board, method, person, "lead", reason="role")
            return lead(board, method, command, now)


def _stores_text(command: c.Command) -> bool:
    """Whether a text would be stored by it, other than a person's name (R33)."""
    if isinstance(command, c.Setup):
        return command.title is not None or command.venue is not None
    return "text" in command.__struct_fields__


def _with_own_draft(board: Board, person: Person, command: c.Command) -> bool:
    """Whether a listener deletes or restores a draft of their own, the only thing they may do (R6)."""
    match command:
        case c.Delete(note=note_id):
            note = board.notes.get(note_id)
        case c.Restore(note=note_id):
            kept = board.bin.get(note_id)
            note = kept.note if kept is not None and kept.by_author else None
        case _:
            return False
    return note is not None and note.author in own_pids(person) and note.reach == "own"


__all__ = ["arrive", "come_back", "count_due", "create", "decide", "due", "join", "lend", "tidy"]
