"""Three workshops, one a method, played as far as the middle: what `release` records and `test_upgrade` plays on.

Each board is left with notes up, drafts, a listener, a hosted person, somebody removed, notes taken down by their
author and by the facilitator, and undo stacks; the board with turns with a queue half done, the boards with groups
with notes of a group, the grid with rows, a fate and a comment.

What may not live here: what is asserted about these boards (test_upgrade.py), and how they are stored (release.py).
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from tests.machine.chaos.crowd import Member, crowd
from tests.machine.talk import join, new_workshop


class Played:
    """A workshop being recorded: the facilitator, four phones `P1`..`P4`, and a listener `L`."""

    def __init__(self, base: str, stack: AsyncExitStack) -> None:
        self.base, self.stack = base, stack
        self.made: dict[str, Any] = {}
        self.ways: dict[str, dict[str, Any]] = {}
        self.members: dict[str, Member] = {}

    async def begin(self, method: str, **about: Any) -> Played:
        self.made = await new_workshop(self.base, method, **about)
        for name in ("P1", "P2", "P3", "P4"):
            self.ways[name] = await join(self.base, self.made["code"], name=name)
        self.ways["L"] = await join(self.base, self.made["code"], name="L")
        names = ("lead", *self.ways)
        members = [Member(self.base, self.made), *(Member(self.base, way) for way in self.ways.values())]
        self.members = dict(zip(names, await self.stack.enter_async_context(crowd(members)), strict=True))
        await self.do("lead", "role", seat=self.seat("L"), role="listener")
        await self.do("lead", "person", seat="hosted-seat", name="Uden telefon")
        return self

    async def do(self, who: str, op: str, **args: Any) -> None:
        """An op that must not be refused."""
        reason = await self.members[who].do(op, **args)
        assert not reason, f"{who} {op} {args}: {reason}"

    async def write(self, who: str, *, sheet: str, lane: str, **more: Any) -> str:
        """Write a note as somebody; its id says who wrote it and how many-eth op of theirs it was."""
        member = self.members[who]
        note = f"{who}-{member.n:04}-{sheet}"[:24].ljust(12, "x")
        await self.do(who, "write", note=note, text=f"{who} skriver {member.n} æøå", sheet=sheet, lane=lane, **more)
        return note

    async def go(self, to: str) -> None:
        await self.do("lead", "round", to=to, confirm=True)

    async def give(self, who: str) -> None:
        """Let somebody have the floor, whichever queue they stand in."""
        member = self.members[who]
        await member.until(lambda: bool(member.mine["me"]["scope"]))
        scope = member.mine["me"]["scope"]
        seat = member.mine["me"]["group"] if scope == "groups" else self.seat(who)
        await self.do("lead", "turn", act="give", seat=seat, scope=scope)

    async def show_out(self, who: str) -> None:
        """Somebody is removed: a snapshot takes the place of the entries before."""
        await self.do("lead", "remove", seat=self.seat(who))

    def seat(self, who: str) -> str:
        return str(self.ways[who]["seat"])

    async def group(self, who: str) -> str:
        member = self.members[who]
        await member.until(lambda: bool(member.mine["me"]["group"]))
        return str(member.mine["me"]["group"])

    def board(self) -> dict[str, Any]:
        """The board's id with everybody's token."""
        tokens = {name: way["token"] for name, way in self.ways.items()}
        return {"id": self.made["board"], "tokens": {"lead": self.made["token"], "wall": self.made["wall"], **tokens}}


async def future(base: str) -> dict[str, Any]:
    """A future workshop in its third round: two lanes revealed, drafts that point at dreams."""
    async with AsyncExitStack() as stack:
        table = await Played(base, stack).begin("fremtidsvaerksted", title="Fremtiden", **{VENUE: "Skive"})
        await table.go("critique")
        ours = [await table.write("P1", sheet="columns", lane="critique") for _ in range(3)]
        theirs = [await table.write("P2", sheet="columns", lane="critique") for _ in range(2)]
        await table.write("P4", sheet="columns", lane="critique")
        await table.do("P1", "edit", note=ours[0], text="for lidt søvn")
        await table.do("P1", "delete", note=ours[1])
        await table.show_out("P4")
        await table.do("lead", "setup", **{VENUE: "Skive, lokale 3"})
        await table.go("dream")
        dreams = [await table.write(who, sheet="columns", lane="dream") for who in ("P1", "P2", "P3")]
        await table.do("lead", "write", note="hosted-dream-1", text="en drøm fra kanten", sheet="columns", lane="dream",
                       **{"as": "hosted-seat"})  # fmt: skip
        await table.do("lead", "reveal", **CRITIQUE)
        await table.do("lead", "delete", note=theirs[0])
        await table.do("lead", "reveal", **DREAM)
        await table.do("P1", "edit", note=dreams[0], text="god tid til hver samtale")
        await table.go("realise")
        await table.do("lead", "timer", act="start", minutes=5)
        for who in ("P1", "P2", "P3"):
            await table.write(who, sheet="columns", lane="realise", links={"towards": [dreams[0]]})
        await table.members["P1"].do("write", note="x", text="afvist", sheet="columns", lane="realise")
        await table.do("P2", "ready", on=True)
        return table.board()


async def history(base: str) -> dict[str, Any]:
    """A history workshop with a timeline told half way, and groups at work on their sheets."""
    async with AsyncExitStack() as stack:
        table = await Played(base, stack).begin("historievaerksted", title="Historien", **{"from": 2015, "to": 2025})
        await table.go("write")
        notes = {who: await table.write(who, sheet="timeline", lane="2020") for who in ("P1", "P2", "P3", "P4")}
        more = await table.write("P1", sheet="timeline", lane="2018")
        await table.go("place")
        await table.give("P4")
        await table.do("P4", "place", note=notes["P4"], lane="2019", marks={"effect": "down"})
        await table.show_out("P4")
        await table.give("P1")
        await table.do("P1", "place", note=notes["P1"], lane="2020", marks={"effect": "up"}, spot=1)
        await table.do("P1", "move", note=notes["P1"], lane="2021", marks={"effect": "both"})
        await table.give("P2")
        await table.do("P2", "place", note=notes["P2"], lane="2022", marks={"effect": "up"})
        await table.do("lead", "delete", note=notes["P2"])
        await table.do("lead", "turn", act="skip", seat="hosted-seat")
        await table.go("picture")
        await table.do("lead", "write", note="heading-0001", text="De travle år", sheet="timeline", lane="2019",
                       kind="heading", until="2021")  # fmt: skip
        await table.go("strengths")
        for who in ("P1", "P2", "P3"):
            await table.write(who, sheet="groups", lane="strengths", row=await table.group(who))
        await table.do("P1", "edit", note=more, text="da vi flyttede")
        gone = await table.write("P3", sheet="groups", lane="challenges", row=await table.group("P3"))
        await table.do("P3", "delete", note=gone)
        return table.board()


async def dilemma(base: str) -> dict[str, Any]:
    """A dilemma workshop in plenum: one group's row revealed with a comment, another's still with its group."""
    async with AsyncExitStack() as stack:
        table = await Played(base, stack).begin("dilemmavaerksted", title="Dilemmaer")
        await table.do("lead", "groups", size=2)
        await table.go("write")
        notes = {who: await table.write(who, sheet="dilemmas", lane="dilemma") for who in ("P1", "P2", "P3", "P4")}
        await table.show_out("P4")
        await table.go("present")
        for who in ("P1", "P2", "P3"):
            await table.give(who)
            await table.do(who, "place", note=notes[who], lane="dilemma")
        await table.do("lead", "group", seat=table.seat("P1"), group="g1")
        await table.do("lead", "group", seat=table.seat("P2"), group="g2")
        await table.do("lead", "group", seat=table.seat("P3"), group="g2")
        await table.go("choose")
        mine = await table.write("P1", sheet="dilemmas", lane="dilemma", row="g1")
        await table.go("present")
        await table.give("P1")
        await table.do("P1", "place", note=mine, lane="dilemma")
        theirs = await table.write("P2", sheet="dilemmas", lane="dilemma", row="g2")
        await table.give("P2")
        await table.do("P2", "place", note=theirs, lane="dilemma")
        await table.go("choose")
        await table.do("P1", "mark", note=mine, kind="chosen", word="chosen")
        await table.do("P2", "mark", note=theirs, kind="chosen", word="chosen")
        await table.go("sides")
        one = await table.write("P1", sheet="grid", lane="one", row=mine)
        await table.write("P2", sheet="grid", lane="other", row=theirs)
        await table.do("P1", "edit", note=one, text="to ting på én gang")
        await table.go("depth")
        for lane in ("experience", "relations", "conditions", "history"):
            await table.write("P1", sheet="grid", lane=lane, row=mine)
        await table.do("P2", "mark", note=theirs, kind="depth", word="enough")
        await table.go("plenum")
        await table.do("lead", "reveal", group="g1")
        await table.do("P2", "write", note="comment-00001", text="det kender vi", sheet="grid", lane="one", under=one,
                       kind="comment")  # fmt: skip
        await table.do("lead", "mark", note=mine, kind="fate", word="paradox")
        await table.do("lead", "move", note=one, lane="other", row=mine)
        await table.do("lead", "turn", act="give", seat="g1", scope="groups")
        return table.board()


VENUE = "venue"  # what this release calls where the workshop is held
CRITIQUE = {"sheet": "columns", "lane": "critique"}
DREAM = {"sheet": "columns", "lane": "dream"}
WORKSHOPS = (future, history, dilemma)
