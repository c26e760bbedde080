"""Circles (R43): parts of a map in which each note leads on to each other one, how they are told, and their names.

All of it follows from the notes that are asked about and their links, so that every process finds the same. What may
not live here: which notes somebody is shown (`view`).
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from board_schema.board import Board, Note
from board_schema.method import Method, Sheet
from board_schema.rules.links import standing

Graph = Mapping[str, tuple[str, ...]]  # by note, the notes that it leads to, in the order of their ids
Turn = Literal["bad", "good", "mixed"]
SEARCH = 16  # steps of the search for a long way round, for each note of a circle


class Circle(NamedTuple):
    """A circle of a sheet.

    `key`: the id of the note that names it, else the smallest of its notes'. `notes`: first the `loop` of them that
    lead to one another in this order, and the last to the first; then those that are not on that way. `name`: the id of
    the note that names it; empty: none. `proposed`: which way it turns, by the sides of its notes.
    """

    key: str
    sheet: str
    notes: tuple[str, ...]
    loop: int
    name: str
    proposed: Turn


def circles(board: Board, method: Method, sheet: Sheet, shown: Collection[str]) -> list[Circle]:
    """The circles of a sheet among the notes `shown`, in the order of their keys."""
    notes = [board.notes[one] for one in shown if board.notes[one].sheet == sheet.id]
    stands = {note.id: standing(board, method, note) for note in notes if note.links}
    plus = [kind.id for kind in sheet.links if kind.sign == "plus"]
    leads = {
        one: {other.id for kind in plus for other in kinds.get(kind, ()) if other.id in shown}
        for one, kinds in stands.items()
    }
    graph = {one: tuple(sorted(others)) for one, others in sorted(leads.items())}
    parts = strong_parts(graph)
    naming = sheet.naming
    names = {
        one: frozenset(other.id for other in kinds.get(naming.id, ()) if other.id in shown)
        for one, kinds in stands.items()
        if naming is not None
    }
    found = []
    for part, name in zip(parts, named(parts, names), strict=True):
        loop = way_round(graph, part)
        rest = tuple(sorted(part - set(loop)))
        proposed = _turn(sheet, (board.notes[one] for one in part))
        found.append(Circle(name or min(part), sheet.id, (*loop, *rest), len(loop), name, proposed))
    return sorted(found)


def strong_parts(graph: Graph) -> list[frozenset[str]]:
    """The sets of at least two notes of which each leads to each other one, over others (Tarjan's algorithm, without
    recursion), in the order of their smallest ids.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[frozenset[str]] = []
    for root in graph:
        todo: list[tuple[str, Iterator[str]]] = []
        if root not in index:
            index[root] = low[root] = len(index)
            path.append(root)
            on_path.add(root)
            todo.append((root, iter(graph[root])))
        while todo:
            one, others = todo[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    path.append(other)
                    on_path.add(other)
                    todo.append((other, iter(graph.get(other, ()))))
                    break
                if other in on_path:
                    low[one] = min(low[one], index[other])
            else:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[one])
                if low[one] == index[one]:
                    part = {one}
                    while (last := path.pop()) != one:
                        part.add(last)
                    on_path -= part
                    if len(part) > 1:
                        found.append(frozenset(part))
    return sorted(found, key=min)


def way_round(graph: Graph, part: frozenset[str]) -> tuple[str, ...]:
    """A long way through a part and back to where it begins, over no note twice: from its smallest id.

    The longest one where few links cross it: the search for it is bounded, and the same for the same links.
    """
    start = min(part)
    inside = {one: [other for other in graph[one] if other in part] for one in part}
    best = _shortest(inside, start)
    way, on_way = [start], {start}
    todo = [iter(inside[start])]
    for _ in range(SEARCH * len(part)):
        if len(best) == len(part) or not todo:
            break
        other = next(todo[-1], None)
        if other is None:
            todo.pop()
            on_way.discard(way.pop())
        elif other == start and len(way) > len(best):
            best = tuple(way)
        elif other not in on_way:
            way.append(other)
            on_way.add(other)
            todo.append(iter(inside[other]))
    return best


def _shortest(inside: Mapping[str, list[str]], start: str) -> tuple[str, ...]:
    """A shortest way from a note of a part back to it: there always is one."""
    came: dict[str, str] = {}
    todo = deque([start])
    while todo:
        one = todo.popleft()
        for other in inside[one]:
            if other == start:
                way = [one]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return tuple(reversed(way))
            if other not in came:
                came[other] = one
                todo.append(other)
    raise ValueError("no part: a note of it does not lead back to itself")


def named(parts: Iterable[frozenset[str]], names: Mapping[str, frozenset[str]]) -> list[str]:
    """Of each part the id of the note that names it, or "".

    `names`: what each naming note is linked to. A note names one part, and a part has one name: those that share most,
    and at least half of the notes of either.
    """
    parts = list(parts)
    pairs = [
        (-len(part & linked), len(linked), name, at)
        for at, part in enumerate(parts)
        for name, linked in names.items()
        if 2 * len(part & linked) >= max(len(part), len(linked)) > 0
    ]
    found = [""] * len(parts)
    for _, _, name, at in sorted(pairs):
        if not found[at] and name not in found:
            found[at] = name
    return found


def _turn(sheet: Sheet, notes: Iterable[Note]) -> Turn:
    """Which way a circle turns: good or bad where all its notes that lie on a side lie on the same one."""
    lanes = {lane.id: lane.place for lane in sheet.lanes}
    sides = {lanes.get(note.lane, "") for note in notes} & {"left", "right"}
    return "mixed" if len(sides) != 1 else "good" if "left" in sides else "bad"
