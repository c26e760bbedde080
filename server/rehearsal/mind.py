"""What a simulated person does next, from the records that their phone shows and from nothing else.

So any method is played, also one that nobody here has seen. No act leads: rounds, reveals, groups and the clock are the
facilitator's. What may not live here: connections and clocks (person.py), texts (words.py), and ids of methods, rounds
and lanes.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from server.rehearsal.words import Words

CHOSEN: Final = "chosen"  # the kind of marks that makes a note the head of a row, and its word (SPEC R12)

Record = dict[str, Any]
View = dict[str, Record]

LETTERS: Final = string.ascii_letters + string.digits
TALK: Final = ("welcome", "talk", "look", "end", "listen")  # scenes in which nobody is invited to write


@dataclass(frozen=True, slots=True)
class Act:
    """An op, and between how many seconds of a calm person's time it takes to come to it.

    `key` says which act it is: a person who still wants the same goes on with it. `args` makes the op's arguments, when
    the time has come: it may use up a text.
    """

    key: tuple[Hashable, ...]
    wait: tuple[float, float]
    name: str
    args: Callable[[], Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How somebody is. `notes`: how many they write when they write alone. `hesitates`: takes twice the time."""

    notes: int = 2
    hesitates: bool = False
    passes: bool = False
    later: bool = False
    talks: bool = False  # comments, and proposes headings

    @classmethod
    def of(cls, number: int, rng: random.Random) -> Temper:
        """That of the person who comes as number 0, 1, …: in a group of eight there is one of each kind."""
        kind = number % 8
        return cls(
            notes=rng.choice((1, 2, 2, 3)), hesitates=kind in (3, 6), passes=kind == 7, later=kind == 5,
            talks=kind in (1, 4),
        )  # fmt: skip


@dataclass
class Mind:
    """One person. `next` asks; `did` and `refused` tell what came of it."""

    rng: random.Random
    words: Words
    temper: Temper = field(default_factory=Temper)
    _done: set[tuple[Hashable, ...]] = field(default_factory=set)
    _wrote: dict[Hashable, int] = field(default_factory=dict)  # by round

    def next(self, view: View, mine: View) -> Act | None:
        """What the person wants to do now; None: to wait until something changes."""
        board, me = view.get("board"), mine.get("me")
        if not board or not me or board["closed"] or me["role"] == "listener" or me["scene"] in ("end", "listen"):
            return None
        return next((act for act in self._wishes(view, mine, board, me) if act.key not in self._done), None)

    def takes(self, act: Act) -> float:
        """How many seconds at calm pace the person takes to come to it."""
        return self.rng.uniform(*act.wait) * (2 if self.temper.hesitates else 1)

    def did(self, act: Act) -> None:
        """The act was accepted."""
        if act.key[0] == "write":
            self._wrote[act.key[1]] = self._wrote.get(act.key[1], 0) + 1
        self._done.add(act.key)

    def refused(self, act: Act) -> None:
        """The act was refused: the person lets it be."""
        self.did(act)

    # -- what there is to do, the most pressing first -------------------------------------

    def _wishes(self, view: View, mine: View, board: Record, me: Record) -> Iterator[Act]:
        moment = (board["round"], board["began"])
        if me["role"] == "scribe":
            yield from self._pad(moment, board, me)
            yield from self._gather(moment, view, mine)
            return
        if me["scene"] == "draw":
            yield from self._draw(moment, view, me)
            return
        if me["scene"] == "gallery":
            yield from self._claim(view, mine, board, me)
            return
        if me["turn"] == "holder":
            yield from self._tell(moment, view, mine, me)
            return
        if me["turn"] in ("next", "waiting"):
            yield from self._wait_for_the_word(moment, view, me)
        yield from self._part(view, me)
        yield from self._choose(view, mine, me)
        yield from self._write(view, mine, board, me)
        yield from self._answer(view, mine, board)
        if not me["turn"]:
            yield from self._put_up(mine, me)
        yield from self._rows(moment, view, me)
        if self.temper.talks:
            yield from self._mark(view, mine)
            yield from self._link(view, mine)
            yield from self._talk(moment, view, mine, me)
        if view.get("progress", {}).get("asks_ready") and "ready" in me["can"] and not me["ready"]:
            yield Act(("ready", moment), (3, 10), "ready", partial(dict, on=True))

    def _pad(self, moment: Hashable, board: Record, me: Record) -> Iterator[Act]:
        if "pad" in me["can"]:
            yield Act(("pad", moment), (15, 40), "pad", partial(self._line, board["round"]))

    def _answer(self, view: View, mine: View, board: Record) -> Iterator[Act]:
        """Answer the fields of own notes that have none."""
        for key, own in mine.items():
            note_id = key.removeprefix("mine:")
            note = {**view.get(f"note:{note_id}", {}), **own}
            can = {*own.get("can", ()), *view.get(f"note:{note_id}", {}).get("can", ())}
            if note_id == key or "set" not in can:
                continue
            lanes = {lane["id"]: lane for lane in view.get(f"sheet:{note['sheet']}", {}).get("lanes", ())}
            for asked in lanes.get(note["lane"], {}).get("fields", ()):
                if asked["id"] not in note["fields"]:
                    args = partial(self._said, note_id, asked, board["began"], note["fields"])
                    yield Act(("set", note_id, asked["id"]), (6, 20), "set", args)

    def _said(self, note_id: str, asked: Record, began: int, given: Record) -> Record:
        return {"note": note_id, "field": asked["id"], "value": self._value(asked, began, given)}

    def _value(self, asked: Record, began: int, given: Record) -> str:
        """An answer that fits the field, and the answers that were given before."""
        day = datetime.fromtimestamp(began / 1000, tz=UTC).date() + timedelta(days=self.rng.randint(10, 60))
        none = asked["none_word"] and self.rng.random() < 0.3
        return {
            "text": self.words.comment()[: asked["limit"]],
            "date": "none" if none else max(day.isoformat(), given.get(asked["not_before"], "")),
            "choice": self.rng.choice(asked["options"])["id"] if asked["options"] else "",
        }[asked["kind"]]

    def _part(self, view: View, me: Record) -> Iterator[Act]:
        """Take a part that is wanted, who has none."""
        parts = {key.removeprefix("part:"): part for key, part in view.items() if key.startswith("part:")}
        if any(not parts[one["id"]]["rest"] for one in me["parts"] if one["id"] in parts):
            return
        for part_id, part in parts.items():
            if part["wanted"] and "take" in part["can"]:
                yield Act(("part", part_id), (6, 25), "hand", partial(dict, part=part_id, seat=me["seat"]))

    def _wait_for_the_word(self, moment: Hashable, view: View, me: Record) -> Iterator[Act]:
        """Take the floor when it is free, where a queue runs by itself or has begun to run; groups are called up."""
        turn = view.get(f"turn:{me['scope']}")
        if me["turn"] != "next" or turn is None or turn["holder"] or me["scope"] == "groups":
            return
        if self.temper.passes and "pass" in me["can"]:
            yield Act(("pass", moment), (3, 6), "turn", partial(self._turn, "pass", me))
        if "take" in me["can"] and (me["scope"] != "all" or turn["number"]):
            yield Act(("take", moment, turn["number"]), (3, 8), "turn", partial(self._turn, "take", me))

    def _tell(self, moment: Hashable, view: View, mine: View, me: Record) -> Iterator[Act]:
        """Have the floor: put up what there is, with a word about each, then pass it on."""
        turn = view.get(f"turn:{me['scope']}", {})
        if self.temper.later and turn.get("queue") and "later" in me["can"] and me["scope"] != "groups":
            yield Act(("later", moment), (3, 6), "turn", partial(self._turn, "later", me))
        yield from self._put_up(mine, me)
        if not any(key.startswith("mine:") and not record.get("draft") for key, record in mine.items()):
            yield from self._write(view, mine, view["board"], me)
        if "done" in me["can"] and me["scope"] != "groups":
            yield Act(("done", moment, turn.get("number")), (4, 9), "turn", partial(self._turn, "done", me))

    def _draw(self, moment: Hashable, view: View, me: Record) -> Iterator[Act]:
        """Draw a card, begin, give the floor free, and pass it on when the talk ebbs out."""
        turn, left = view.get("turn:all", {}), view.get("deck", {}).get("left")
        now = (moment, turn.get("number"))
        if "draw" in me["can"]:
            yield Act(("draw", moment, left), (3, 8), "draw", dict)
        if me["turn"] != "holder":
            return
        if self.temper.hesitates and "skip" in me["can"]:
            yield Act(("skip", moment), (8, 15), "skip", dict)
        if "free" in me["can"] and not turn.get("free"):
            yield Act(("free", *now), (10, 20), "free", dict)
        if turn.get("free") and "done" in me["can"]:
            yield Act(("done", *now), (15, 30), "turn", partial(self._turn, "done", me))

    def _claim(self, view: View, mine: View, board: Record, me: Record) -> Iterator[Act]:
        """Take a card of those that lie open, or write one."""
        if me["card"] or "claim" not in me["can"]:
            return
        if self.temper.talks:
            if not self._wrote.get(board["round"]):
                yield from self._write(view, mine, board, me)
            for key, note in mine.items():
                if note.get("draft") and note["sheet"] == view["deck"]["sheet"]:
                    note_id = key.removeprefix("mine:")
                    yield Act(("claim", key), (1, 3), "claim", partial(dict, note=note_id, on=True))
        free = [key for key, note in view.items() if key.startswith("note:") and "claim" in note["can"]]
        for key in self.rng.sample(free, len(free)):
            yield Act(("claim", key), (10, 25), "claim", partial(dict, note=key.removeprefix("note:"), on=True))

    def _turn(self, act: str, me: Record) -> Record:
        return {"act": act, **({"scope": me["scope"]} if me["scope"] not in ("", "all") else {})}

    def _put_up(self, mine: View, me: Record) -> Iterator[Act]:
        """Own drafts of the sheet that may be placed now, the fullest invitation that the phone gives."""
        place = me["place"]
        for key, note in mine.items() if place else ():
            if not note.get("draft") or "place" not in note["can"] or note["sheet"] != place["sheet"]:
                continue
            lane = note["lane"] if note["lane"] in place["lanes"] else self.rng.choice(place["lanes"] or [note["lane"]])
            where = {"lane": lane, "row": place["row"] or note["row"]}
            yield Act(("place", key), (3, 8), "place", partial(dict, where, note=key.removeprefix("mine:")))

    def _choose(self, view: View, mine: View, me: Record) -> Iterator[Act]:
        """Choose one of the group's notes, when it has talked and none is chosen yet."""
        if me["turn"] in ("next", "waiting") or any(row["group"] == me["group"] for row in _rows(view).values()):
            return
        for key, note in view.items():
            if key.startswith("note:") and not note["chosen"] and CHOSEN in _opened("marks", key, note, mine):
                told: Callable[[], Record] = partial(dict, note=key.removeprefix("note:"), kind=CHOSEN, word=CHOSEN)
                yield Act(("choose", key), (10, 25), "mark", told)

    def _write(self, view: View, mine: View, board: Record, me: Record) -> Iterator[Act]:
        write, where = me["write"], board["round"]
        if not write or me["scene"] in TALK:
            return
        sheet = view.get(f"sheet:{write['sheet']}")
        wrote = self._wrote.get(where, 0)
        telling = bool(me["turn"])  # who has nothing to tell when the floor comes writes one note
        waits = any(r.get("draft") and r["sheet"] == write["sheet"] for k, r in mine.items() if k.startswith("mine:"))
        most = 1 if telling else 2 if me["group"] and write["reach"] != "own" else self.temper.notes
        if sheet is None or wrote >= most or (telling and (waits or me["turn"] == "done")):
            return
        found = self._place_to_write(view, sheet, write, me)
        if found is None:
            return
        lane, row = found
        made = partial(self._note, view, sheet, lane, row, write["sheet"])
        yield Act(("write", where, wrote), (7, 20), "write", made)

    def _place_to_write(self, view: View, sheet: Record, write: Record, me: Record) -> tuple[Record, str] | None:
        """A lane and row to write in: where least stands so far."""
        lanes = [lane for lane in sheet["lanes"] if lane["id"] in write["lanes"]]
        rows = {key: row for key, row in _rows(view).items() if row["group"] == me["group"]}
        if rows or (sheet["form"] == "grid" and write["reach"] != "own"):
            places = [(lane, key) for lane in lanes for key, row in rows.items() if lane["id"] in row["open"]]
        else:
            places = [(lane, write["row"]) for lane in lanes]
        if not places:
            return None

        def stands(place: tuple[Record, str]) -> tuple[int, float]:
            lane, row = place
            notes = (n for k, n in view.items() if k.startswith("note:") and n["sheet"] == write["sheet"])
            return sum(n["lane"] == lane["id"] and n["row"] == row for n in notes), self.rng.random()

        made = [place for place in places if "scale" in place[0]]
        # Of years any will do; of columns the one that is emptiest.
        return self.rng.choice(made) if made and self.rng.random() < 0.9 else min(places, key=stands)

    def _note(self, view: View, sheet: Record, lane: Record, row: str, sheet_id: str) -> Record:
        rounds = {item["id"]: item for item in view["method"]["rounds"]}
        now = rounds.get(view["board"]["round"], {})
        opens = now.get("sheet") == sheet_id and lane["id"] in (now["lanes"] or [lane["id"]])
        fixed = now.get("fixed", {}) if opens else {}
        text, marks = self.words.note(sheet_id, sheet, lane, fixed)
        args: Record = {"note": self._new_id(), "text": text, "sheet": sheet_id, "lane": lane["id"], "row": row}
        for kind in sheet["marks"]:
            # On which side of a line a note lies, a phone asks of every one.
            sides = [word["id"] for word in kind["words"] if word["side"]]
            if sides and kind["id"] not in fixed and kind["id"] not in marks:
                marks = {**marks, kind["id"]: self.rng.choice(sides)}
        if marks:
            args["marks"] = marks
        links = {}
        for kind in sheet["links"]:
            found = self._targets(view, sheet_id, kind) if lane["id"] in kind["from"] else []
            if found:
                links[kind["id"]] = self.rng.sample(found, min(len(found), kind["most"], self.rng.randint(1, 2)))
        if links:
            args["links"] = links
        return args

    def _targets(self, view: View, sheet_id: str, kind: Record, note: Record | None = None) -> list[str]:
        """The notes that a link of this kind may lead to: from one that is up, to those whom the same people see."""
        seen = None if note is None else (note["reach"], note["row"])
        return [
            key.removeprefix("note:") for key, other in view.items()
            if key.startswith("note:") and other["kind"] in ("note", "gathering")
            and other["sheet"] == sheet_id and other["lane"] in kind["to"]
            and (seen is None or other["reach"] == "all" or (other["reach"], other["row"]) == seen)
        ]  # fmt: skip

    def _rows(self, moment: Hashable, view: View, me: Record) -> Iterator[Act]:
        """What a row of the own group asks for: that it is gone into deeply enough, or what becomes of it."""
        sheets = [sheet for key, sheet in view.items() if key.startswith("sheet:")]
        openers = {lane["unless"] for sheet in sheets for lane in sheet["lanes"] if lane["unless"]}
        for row_id, row in _rows(view).items():
            if row["group"] != me["group"]:
                continue
            waits = not row["open"] and "depth_first" in row["locked"].values()
            for kind in (kind for sheet in sheets for kind in sheet["heads"]):
                name, words = kind["id"], [word["id"] for word in kind["words"]]
                if name not in row["marks_open"] or name in row["marks"] or (name in openers and not waits):
                    continue
                told: Callable[[], Record] = partial(dict, note=row_id, kind=name, word=self.rng.choice(words))
                yield Act((name, moment, row_id), (10, 20), "mark", told)

    def _mark(self, view: View, mine: View) -> Iterator[Act]:
        """Say of notes what the phone asks: of each kind that a note has no word of, one that needs no answer."""
        for key, note in view.items():
            if not key.startswith("note:") or "mark" not in _can(key, note, mine):
                continue
            open_now = {*_opened("marks", key, note, mine)} - set(note["marks"])
            for kind in view[f"sheet:{note['sheet']}"]["marks"]:
                words = [word["id"] for word in kind["words"] if not word["needs"]]
                if kind["id"] in open_now and words:
                    said = {"note": key.removeprefix("note:"), "kind": kind["id"], "word": self.rng.choice(words)}
                    yield Act(("mark", key, kind["id"]), (6, 15), "mark", partial(dict, said))

    def _link(self, view: View, mine: View) -> Iterator[Act]:
        """Say once what a note that is up is linked to, where it is linked to nothing of a kind yet."""
        for key, note in view.items():
            if not key.startswith("note:") or "link" not in _can(key, note, mine):
                continue
            for kind in view[f"sheet:{note['sheet']}"]["links"]:
                if kind["id"] in _opened("links", key, note, mine) and kind["id"] not in note["links"]:
                    others = [one for one in self._targets(view, note["sheet"], kind, note) if f"note:{one}" != key]
                    if others:
                        said = {"note": key.removeprefix("note:"), "kind": kind["id"], "other": self.rng.choice(others)}
                        yield Act(("link", key, kind["id"]), (10, 25), "link", partial(dict, said))

    def _talk(self, moment: Hashable, view: View, mine: View, me: Record) -> Iterator[Act]:
        """One comment and one heading in a round, where the phone offers them."""
        for key, note in view.items():
            if key.startswith("note:") and note["kind"] == "note" and "comment" in _can(key, note, mine):
                about = partial(self._comment, key.removeprefix("note:"), note)
                yield Act(("comment", moment), (10, 30), "write", about)
                break
        yield from self._gather(moment, view, mine)
        if "heading" in me["can"]:
            for key, sheet in view.items():
                years = [lane["id"] for lane in sheet["lanes"] if "scale" in lane] if key.startswith("sheet:") else []
                if years:
                    about = partial(self._heading, key.removeprefix("sheet:"), years)
                    yield Act(("heading", moment), (15, 40), "write", about)

    def _gather(self, moment: Hashable, view: View, mine: View) -> Iterator[Act]:
        """Lay a few notes that lie by themselves beside each other under a heading, once in a round."""
        beside: dict[tuple[str, ...], list[str]] = {}
        for key, note in view.items():
            if key.startswith("note:") and note["kind"] == "note" and "gather" in _can(key, note, mine):
                place = (note["sheet"], note["lane"], note["row"], note["reach"])
                beside.setdefault(place, []).extend([] if note["under"] else [key.removeprefix("note:")])
        for notes in beside.values():
            if len(notes) > 1:
                yield Act(("gather", moment), (15, 40), "gather", partial(self._theme, tuple(notes[:3])))
                return

    # -- arguments ------------------------------------------------------------------------

    def _line(self, round_id: str) -> Record:
        return {"act": "write", "line": self._new_id(), "text": self.words.line(), "round": round_id}

    def _comment(self, under: str, note: Record) -> Record:
        where = {"under": under, "sheet": note["sheet"], "lane": note["lane"]}
        return {"note": self._new_id(), "text": self.words.comment(), "kind": "comment", **where}

    def _heading(self, sheet_id: str, years: list[str]) -> Record:
        first = self.rng.randrange(len(years))
        span = {"lane": years[first], "until": years[min(first + 2, len(years) - 1)]}
        return {"note": self._new_id(), "text": self.words.heading(), "sheet": sheet_id, "kind": "heading", **span}

    def _theme(self, notes: tuple[str, ...]) -> Record:
        return {"note": self._new_id(), "notes": notes, "text": self.words.heading()}

    def _new_id(self) -> str:
        return "".join(self.rng.choices(LETTERS, k=16))


def _rows(view: View) -> View:
    return {key.removeprefix("row:"): record for key, record in view.items() if key.startswith("row:")}


def _opened(what: str, key: str, note: Record, mine: View) -> list[str]:
    """The kinds of `marks` or `links` that may be set on a note."""
    own = mine.get(key.replace("note:", "mine:", 1), {})
    return [*note.get(f"{what}_open", ()), *own.get(f"{what}_open", ())]


def _can(key: str, note: Record, mine: View) -> list[str]:
    return [*note["can"], *mine.get(key.replace("note:", "mine:", 1), {}).get("can", ())]
