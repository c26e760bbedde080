"""WebSocket connections from hello to close, over a real server, a real store and real WebSockets."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from board_schema.wire import Close
from server import app
from server.boards.upkeep import Upkeep
from server.connections import handler
from server.process.embedded import EmbeddedValkey
from server.store.credentials import Credentials
from tests.machine.conftest import House, start_house
from tests.machine.talk import PLACE, Tab, call, closed, comes_back, join, new_workshop, people


async def test_the_thread_from_a_new_workshop_to_a_second_screen(house: House) -> None:
    made = await new_workshop(house.base, title="Vagtplan")
    ann = await join(house.base, made["code"], name="Ann")
    one = await Tab(house.base, made["board"], ann["token"]).open()
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert one.welcome["seat"] == ann["seat"]
    assert wall.view["board"]["title"] == "Vagtplan"
    assert await lead.do("round", to="critique") == ""
    await one.until(lambda: one.mine["me"]["write"] is not None)
    where = one.mine["me"]["write"]
    note = await one.write("for lidt søvn", sheet=where["sheet"], lane=where["lanes"][0])
    await one.until(lambda: f"mine:{note}" in one.mine)
    assert note not in wall.notes()
    assert await lead.do("reveal", sheet=where["sheet"], lane=where["lanes"][0]) == ""
    for tab in (one, wall, lead):
        await tab.until(lambda tab=tab: note in tab.notes())
        assert tab.notes()[note]["text"] == "for lidt søvn"
        await tab.close()


async def test_P1_the_first_patch_holds_everything_and_so_does_a_reconnect(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    await comes_back(lead, ann)
    assert ann.frames[-1][0] != "reset"
    await closed(lead, ann)


async def test_P4_unanswered_ops_sent_again_after_a_reconnect_are_done_once(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    notes = [secrets.token_urlsafe(12) for _ in range(5)]
    for note in notes:
        await ann.op("write", note=note, text=note, **PLACE)
    ann.socket.transport.abort()  # nothing was read of the answers
    await ann.ended()
    await ann.open()
    for n, note in enumerate(notes, 1):
        await ann.send(["op", n, "write", {"note": note, "text": note, **PLACE}])
    await ann.until(lambda: ann.acked == 5)
    assert [key for key in ann.mine if key.startswith("mine:")] == [f"mine:{n}" for n in sorted(notes)]
    await closed(lead, ann)


async def test_O1_O8_numbers_may_skip_and_what_was_skipped_or_used_is_refused_and_never_acked(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    notes = [secrets.token_urlsafe(12) for _ in range(4)]

    async def write(n: int, note: str) -> None:
        await ann.send(["op", n, "write", {"note": note, "text": note, **PLACE}])

    await write(5, notes[0])
    await ann.until(lambda: ann.acked == 5)
    await write(3, notes[1])
    await write(5, notes[2])
    await ann.until(lambda: ann.refused == {3: "out_of_order", 5: "out_of_order"})
    ann.acked = 0
    await write(5, notes[0])
    await ann.until(lambda: ann.acked == 5)
    await write(8, notes[3])
    await ann.until(lambda: ann.acked == 8)
    assert {key for key in ann.mine if key.startswith("mine:")} == {f"mine:{notes[0]}", f"mine:{notes[3]}"}
    await closed(lead, ann)


async def test_O4_a_refused_op_leaves_the_connection_open(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    assert await ann.do("round", to="dream") == "role"
    assert await ann.do("write", note="short", text="x", **PLACE) == "bad_op"
    assert await ann.do("vote", note="x") == "unknown_op"
    assert await ann.do("write", note="a" * 12, text="x" * 141, **PLACE) == "too_long"
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)


async def test_P5_hello_with_another_protocol_or_a_wrong_token(house: House) -> None:
    made = await new_workshop(house.base)
    tab = await Tab(house.base, made["board"], made["token"]).open(hello=False)
    await tab.say_hello(protocol=1)
    assert await tab.ended() == Close.PROTOCOL
    tab = await Tab(house.base, made["board"], "A" * 22).open(hello=False)
    await tab.say_hello()
    assert await tab.ended() == Close.NO_ACCESS
    tab = await Tab(house.base, "nosuchboard", made["token"]).open(hello=False)
    await tab.say_hello()
    assert await tab.ended() == Close.GONE
    for name in ("__proto__", "../x", "{x}", "a b", "\u0000"):
        tab = await Tab(house.base, name, made["token"]).open(hello=False)
        await tab.say_hello()
        assert await tab.ended() == Close.GONE


async def test_P5_a_page_from_another_host_is_turned_away(house: House) -> None:
    made = await new_workshop(house.base)
    tab = await Tab(house.base, made["board"], made["token"]).open(hello=False, origin="http://evil.example")
    assert await tab.ended() == Close.ORIGIN
    own = await Tab(house.base, made["board"], made["token"]).open(origin=house.base)
    await own.close()


async def test_P5_no_hello_in_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "HELLO_WITHIN", 0.05)
    tab = await Tab(house.base, "b", "t").open(hello=False)
    code = await tab.ended()
    assert code == Close.NO_HELLO
    assert code < 4500, "who was too slow to get in comes back by themselves"


async def test_R21_a_removed_person_is_disconnected_and_cannot_reconnect(house: House) -> None:
    _, (lead, ann, bo) = await people(house, 2)
    assert await lead.do("remove", seat=ann.welcome["seat"]) == ""
    assert await ann.ended() == Close.REMOVED
    await ann.open(hello=False)
    await ann.say_hello()
    assert await ann.ended() == Close.REMOVED
    assert await bo.do("name", name="Bo") == ""
    await closed(lead, bo)


async def test_R21_R14_from_the_sealing_on_a_removed_person_is_unknown_though_the_token_is_still_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked = asyncio.Event()
    revoke = Credentials.revoke

    async def and_tell(self: Credentials, board: str, whose: Callable[[str], bool]) -> None:
        await revoke(self, board, whose)
        revoked.set()

    async def not_yet(_: Upkeep) -> None:
        """What drops the tokens may come late."""

    monkeypatch.setattr(Credentials, "revoke", and_tell)
    monkeypatch.setattr(Upkeep, "forget", not_yet)
    made, (lead, ann) = await people(house, 1)
    assert await lead.do("remove", seat=ann.welcome["seat"]) == ""
    await revoked.wait()
    assert await ann.ended() == Close.REMOVED
    assert await lead.do("close") == ""
    assert await lead.do("seal") == ""
    await ann.open(hello=False)
    await ann.say_hello()
    assert await ann.ended() == Close.NO_ACCESS
    reply = await call(house.base, f"/api/board/{made['board']}/export/x.md", token=ann.token)
    assert (reply.status, reply.json) == (403, {"error": "no_access"})
    await closed(lead)


async def test_S5_deleting_the_workshop_ends_every_connection_with_4504(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    reply = await call(house.base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])
    assert reply.status == 204
    assert await lead.ended() == Close.GONE
    assert await ann.ended() == Close.GONE
    reply = await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])
    assert (reply.status, reply.json) == (404, {"error": "gone"})


async def test_a_role_that_changes_changes_what_an_open_connection_may_do(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    assert await lead.do("role", seat=ann.welcome["seat"], role="listener") == ""
    await ann.until(lambda: ann.mine["me"]["role"] == "listener")
    assert await ann.do("write", note="a" * 12, text="x", **PLACE) == "role"
    assert await lead.do("role", seat=ann.welcome["seat"], role="participant") == ""
    await ann.until(lambda: ann.mine["me"]["role"] == "participant")
    await ann.write("nu igen", **PLACE)
    await closed(lead, ann)


async def test_P15_what_an_op_changed_and_what_was_refused_come_before_the_ack(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    assert [frame[0] for frame in ann.frames[:3]] == ["welcome", "patch", "mine"]
    note = secrets.token_urlsafe(12)
    await ann.op("write", note=note, text="støj", **PLACE)
    await ann.op("round", to="dream")
    await ann.until(lambda: ann.acked == 2)
    order = {tuple(frame[:2]) if frame[0] in ("ack", "refused") else frame[0]: i for i, frame in enumerate(ann.frames)}
    shown = next(i for i, frame in enumerate(ann.frames) if frame[0] == "mine" and f"mine:{note}" in frame[2])
    acked = min(at for key, at in order.items() if key in (("ack", 1), ("ack", 2)))
    assert shown < acked
    assert order["refused", 2] < order["ack", 2]
    await closed(lead, ann)


async def test_P14_a_second_connection_of_a_tab_takes_the_firsts_place(house: House) -> None:
    made, (lead, ann, bo) = await people(house, 2)
    again = await Tab(house.base, made["board"], ann.token, ann.tab).open()
    assert await ann.ended() == Close.REPLACED
    assert ann.bye == [4507, "replaced"]
    note = await again.write("herfra", **PLACE)
    await again.until(lambda: f"mine:{note}" in again.mine)
    other = await Tab(house.base, made["board"], bo.token, ann.tab).open()  # another person's tab of that name
    assert await other.do("name", name="Bo") == ""
    assert await again.do("name", name="Ann") == ""
    walls = [await Tab(house.base, made["board"], made["wall"], "w" * 16).open() for _ in range(2)]
    assert await lead.do("setup", title="begge") == ""
    for wall in walls:
        await wall.until(lambda wall=wall: wall.view["board"]["title"] == "begge")
    await closed(lead, bo, again, other, *walls)


async def test_P14_who_is_not_let_in_replaces_nobody(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    stranger = await Tab(house.base, made["board"], "A" * 22, ann.tab).open(hello=False)
    await stranger.say_hello()
    assert await stranger.ended() == Close.NO_ACCESS
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)


async def test_here_tells_who_has_an_open_connection(house: House) -> None:
    _, (lead, ann, bo) = await people(house, 2)
    seats = {tab.welcome["seat"] for tab in (lead, ann, bo)}
    for tab in (lead, ann, bo):
        await tab.until(lambda tab=tab: set(tab.here) == seats)
    await bo.close()
    await ann.until(lambda: set(ann.here) == seats - {bo.welcome["seat"]})
    await closed(lead, ann)


async def test_here_is_told_at_most_once_a_second_while_people_come(house: House) -> None:
    """One list to begin with, and then by the clock: not one for each who comes."""
    made, (lead, ann) = await people(house, 1)
    tokens = [(await join(house.base, made["code"], name=f"{i}"))["token"] for i in range(12)]
    others = [await Tab(house.base, made["board"], token).open() for token in tokens]
    seats = {tab.welcome["seat"] for tab in (lead, ann, *others)}
    await ann.until(lambda: set(ann.here) == seats)
    lists = [frame[1] for frame in ann.frames if frame[0] == "here"]
    assert len(lists) < len(others) / 2
    await closed(lead, ann, *others)


async def test_a_drag_reaches_those_who_see_the_note_and_may_not_be_made_by_others(
    house: House,
) -> None:
    _, (lead, ann, bo) = await people(house, 2)
    hidden = await ann.write("kladde", **PLACE)
    up = await ann.write("oppe", **PLACE)
    await lead.do("reveal", sheet="columns", lane="critique")
    draft = await ann.write("endnu en", **PLACE)
    await bo.until(lambda: {hidden, up} <= bo.notes().keys())
    await ann.send(["drag", draft, 0.5, 0.5])
    await bo.send(["drag", up, 0.1, 0.1])
    await lead.send(["drag", up, 0.25, 0.75])
    for tab in (ann, bo):
        await tab.until(lambda tab=tab: tab.drags.get(up) == [0.25, 0.75])
        assert draft not in tab.drags
    await lead.send(["drag", up, None, None])
    await bo.until(lambda: bo.drags[up] is None)
    assert lead.drags == {}
    assert [0.1, 0.1] not in [d for f in ann.frames if f[0] == "drags" for d in f[1].values()]
    await closed(lead, ann, bo)


async def test_a_drag_ends_when_its_connection_does(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    up = await ann.write("oppe", **PLACE)
    await lead.do("reveal", sheet="columns", lane="critique")
    await ann.until(lambda: up in ann.notes())
    await lead.send(["drag", up, 0.25, 0.75])
    await ann.until(lambda: ann.drags.get(up) == [0.25, 0.75])
    await lead.close()
    await ann.until(lambda: ann.drags[up] is None)
    await closed(ann)


async def test_a_ping_is_answered(house: House) -> None:
    _, (lead,) = await people(house, 0)
    await lead.send(["ping", 12.5])
    await lead.until(lambda: lead.frames[-1] == ["pong", 12.5])
    await closed(lead)


async def test_P5_the_server_says_goodbye_before_it_restarts(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    house = await start_house(valkey.url, tmp_path)
    _, (lead, ann) = await people(house, 1)
    await house.stop()
    for tab in (lead, ann):
        assert await tab.ended() == Close.RESTART
        assert tab.bye == [4000, "restart"]


async def test_the_same_works_where_the_transport_cannot_be_reached(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "WEBSOCKET_PROTOCOL", "websockets-sansio")
    house = await start_house(valkey.url, tmp_path)
    _, (lead, ann) = await people(house, 1)
    notes = [await ann.write(f"{i}", **PLACE) for i in range(20)]
    await lead.do("reveal", sheet="columns", lane="critique")
    await lead.until(lambda: set(notes) <= lead.notes().keys())
    await house.stop()
    assert await ann.ended() == Close.RESTART
    await lead.ended()
