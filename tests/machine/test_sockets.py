"""Sockets from hello to goodbye, over a real server, a real store and real WebSockets."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgpack
import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from board_schema.wire import Close
from server import app
from server.connections import handler
from server.connections.inbox import Flow, Inbox
from server.connections.protocol import SocketProtocol
from server.connections.tokens import TokenLookup
from server.process.embedded import EmbeddedValkey
from server.store import Credential, Store, StoreAway
from tests.machine.conftest import House, start_house
from tests.machine.talk import Tab, call, join, new_workshop


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


async def people(house: House, how_many: int, **more: Any) -> tuple[Any, list[Tab]]:
    """A workshop with its facilitator's tab first and participants' after, in a writing round."""
    made = await new_workshop(house.base, **more)
    tabs = [await Tab(house.base, made["board"], made["token"]).open()]
    assert await tabs[0].do("round", to="critique") == ""
    for i in range(how_many):
        one = await join(house.base, made["code"], name=f"P{i}")
        tabs.append(await Tab(house.base, made["board"], one["token"]).open())
        await tabs[-1].until(lambda tab=tabs[-1]: tab.mine["me"]["write"] is not None)
    return made, tabs


async def closed(*tabs: Tab) -> None:
    for tab in tabs:
        await tab.close()


PLACE = {"sheet": "columns", "lane": "critique"}


async def test_P1_the_first_patch_holds_everything_and_so_does_a_reconnect(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    note = await ann.write("støj", **PLACE)
    await lead.do("reveal", sheet="columns", lane="critique")
    await ann.until(lambda: note in ann.notes())
    shown, mine, version = ann.view, ann.mine, ann.version
    await ann.close()
    await ann.open()
    await ann.until(lambda: ann.mine == mine)
    assert ann.view == shown
    assert ann.version == version
    assert ann.frames[-1][0] != "reset"
    await closed(lead, ann)
    assert made["board"]


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


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", Close.BAD_FRAME),
        (b"\xc1", Close.BAD_FRAME),
        (msgpack.packb(["op", 1, "name", {}]), Close.BAD_FRAME),
        (msgpack.packb(["hello"]), Close.BAD_FRAME),
        (msgpack.packb(["hello", {"protocol": 2}]), Close.BAD_FRAME),
        (msgpack.packb({"hello": 1}), Close.BAD_FRAME),
        (b"\x91" * 5_000, Close.BAD_FRAME),
        (b"\xdf\xff\xff\xff\xff", Close.BAD_FRAME),
        (b"\x00" * 17_000, Close.BAD_FRAME),
        ("hello", Close.BAD_FRAME),
    ],
)
async def test_P5_bytes_that_do_not_parse_end_with_4500(house: House, frame: bytes | str, code: Close) -> None:
    tab = await Tab(house.base, "b", "t").open(hello=False)
    await tab.socket.send(frame)
    assert await tab.ended() == code
    assert tab.bye == [int(code), code.name.lower()]


@pytest.mark.parametrize(
    "frame",
    [
        ["op", 0, "name", {}],
        ["op", -1, "name", {}],
        ["op", 2**60, "name", {}],
        ["op", True, "name", {}],
        ["op", 1.5, "name", {}],
        ["op"],
        ["welcome", {}],
        ["patch", 1, {}, []],
        ["hello", {"protocol": 2, "token": "t", "tab": "t" * 16}],
        [],
        None,
        17,
        ["__proto__", {}],
    ],
)
async def test_P5_a_bad_frame_ends_its_own_connection_and_no_other(house: House, frame: Any) -> None:
    _, (lead, ann) = await people(house, 1)
    await ann.send(frame)
    assert await ann.ended() == Close.BAD_FRAME
    assert await lead.do("notice", show=True) == ""
    await closed(lead)


async def test_P5_odd_ops_are_refused_and_harm_nobody(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    odd: list[Any] = [None, 1, [], {"note": None}, {"__proto__": {}}, {"note": {"a": [[]]}}, "x"]
    for args in odd:
        ann.n += 1
        n = ann.n
        await ann.send(["op", n, "write", args])
        await ann.until(lambda n=n: ann.refused.get(n) == "bad_op")
    for name in (None, 3, "__class__", "constructor"):
        ann.n += 1
        n = ann.n
        await ann.send(["op", n, name, {}])
        await ann.until(lambda n=n: ann.refused.get(n) == "unknown_op")
    assert await lead.do("notice", show=True) == ""
    await closed(lead, ann)


ODD_OPS = {
    "a lone surrogate": b"\xa4name\x81\xa4name\xa3\xed\xa0\x80",
    "a text that is not UTF-8": b"\xa4name\x81\xa4name\xa1\xff",
    "bytes": b"\xa4name\x81\xa4name\xc4\x01x",
    "an extension type": b"\xa4name\x81\xa4name\xd4\x05x",
    "a key twice": b"\xa4name\x82\xa4name\xa3Ann\xa4name\xa2Bo",
    "a key twice, further in": b"\xa4name\x81\xa4name\x82\xa1a\xc0\xa1a\xc0",
    "a key that is no text": b"\xa4name\x81\x01\xa3Ann",
    "a key that is an array": b"\xa4name\x81\x91\x01\xa3Ann",
    "an unknown key": b"\xa4name\x82\xa4name\xa3Ann\xa4more\xc0",
    "65 values": b"\xa4name\xdc\x00\x41" + bytes(65),
}


@pytest.mark.parametrize("rest", ODD_OPS.values(), ids=ODD_OPS)
async def test_P13_an_op_whose_number_can_be_read_is_refused_and_the_connection_goes_on(
    house: House, rest: bytes
) -> None:
    _, (lead, ann) = await people(house, 1)
    ann.n = 1
    await ann.socket.send(b"\x94\xa2op\x01" + rest)
    await ann.until(lambda: 1 in ann.refused)
    assert ann.refused[1] == ("bad_text" if rest.endswith(b"\xed\xa0\x80") else "bad_op")
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)


@pytest.mark.parametrize(
    "frame", [["op", 1], ["op", 1, "name"], ["op", 1, "name", {}, 1], ["op", 1, b"name", {}]], ids=str
)
async def test_P13_an_op_of_another_shape_is_refused(house: House, frame: list[Any]) -> None:
    _, (lead, ann) = await people(house, 1)
    ann.n = 1
    await ann.send(frame)
    await ann.until(lambda: ann.refused.get(1) in ("bad_op", "unknown_op"))
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)


@pytest.mark.parametrize(
    "frame",
    [
        ["ping"],
        ["ping", "now"],
        ["ping", True],
        ["ping", float("nan")],
        ["ping", b"x"],
        ["ping", msgpack.Timestamp(1)],
        ["drag", "n", 2, 0],
        ["drag", "n", float("nan"), 0],
        ["drag", "n", float("inf"), 0],
        ["drag", "n", 0.5, None],
        ["drag", 1, 0, 0],
        ["drag", b"n", 0, 0],
    ],
    ids=str,
)
async def test_P13_a_drag_or_ping_that_holds_something_else_is_dropped(house: House, frame: list[Any]) -> None:
    _, (lead, ann) = await people(house, 1)
    await ann.send(frame)
    await ann.send(["ping", 7])
    await ann.until(lambda: ["pong", 7] in ann.frames)
    assert [f[0] for f in ann.frames].count("pong") == 1
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
    assert await tab.ended() == Close.NO_HELLO


async def test_R21_a_removed_person_is_shown_out_and_does_not_come_back(house: House) -> None:
    _, (lead, ann, bo) = await people(house, 2)
    assert await lead.do("remove", seat=ann.welcome["seat"]) == ""
    assert await ann.ended() == Close.REMOVED
    await ann.open(hello=False)
    await ann.say_hello()
    assert await ann.ended() == Close.REMOVED
    assert await bo.do("name", name="Bo") == ""
    await closed(lead, bo)


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


async def test_what_is_used_of_uvicorn_is_there() -> None:
    """The protocol class is no public API: this fails first when an upgrade moves it."""
    members = ("handle_connect", "resume_writing", "handle_events", "shutdown", "send", "receive")
    assert all(hasattr(SocketProtocol, name) for name in members)
    fields = {"conn", "writable", "handshake_complete", "close_sent", "disconnected", "transport"}
    source = inspect.getsource(WebSocketsSansIOProtocol.__init__)
    assert all(f"self.{name}" in source for name in fields)


async def test_W6_an_idle_connection_holds_nothing_that_only_its_handshake_needed(house: House) -> None:
    """Also: no attribute of uvicorn's class lies in a dictionary, which would weigh a kilobyte and a half."""
    _, (lead,) = await people(house, 0)
    (only,) = house.server.config.app._registry.all
    output = only.output
    assert isinstance(output, SocketProtocol)
    assert vars(output) == {}
    assert output.scope == {}
    assert not output.request.headers
    assert not output.response.headers
    assert output.open
    assert output.queue.empty()
    await closed(lead)
    assert not output.open


async def test_the_inbox_gives_what_came_in_order_to_whoever_waits() -> None:
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    waiting.cancel()  # as by `timeout`: nothing is lost by it
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    for i in range(3):
        inbox.put_nowait(i)
    assert [await inbox.get() for _ in range(3)] == [0, 1, 2]
    assert inbox.empty()
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    inbox.put_nowait(3)
    assert await waiting == 3


async def test_flow_lets_all_go_on_who_waited() -> None:
    flow = Flow()
    await flow.wait()
    flow.clear()
    waiting = [asyncio.create_task(flow.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    flow.set()
    await asyncio.gather(*waiting)
    assert flow.is_set()


async def test_tokens_that_are_shown_during_a_look_go_together_in_the_next_one() -> None:
    looks: list[list[tuple[str, str]]] = []
    came, going = asyncio.Event(), asyncio.Event()

    class SlowCredentials:
        async def of_many(self, asked: list[tuple[str, str]]) -> list[Credential | None]:
            looks.append(list(asked))
            came.set()
            await going.wait()
            if ("b", "bad") in asked:
                raise StoreAway("now")
            return [None if digest == "unknown" else Credential("participant", digest) for _, digest in asked]

    lookup = TokenLookup(cast(Store, SimpleNamespace(credentials=SlowCredentials())))
    first = asyncio.create_task(lookup.credential("b", digest="p0"))
    await came.wait()
    others = [asyncio.create_task(lookup.credential("b", digest=digest)) for digest in ("p1", "unknown", "p2")]
    await asyncio.sleep(0)
    others[0].cancel()  # whoever goes away meanwhile keeps nobody
    going.set()
    assert await first == Credential("participant", "p0")
    assert await others[1] is None
    assert await others[2] == Credential("participant", "p2")
    assert [len(asked) for asked in looks] == [1, 3]
    with pytest.raises(StoreAway):
        await lookup.credential("b", digest="bad")
    assert await lookup.credential("b", digest="p3") == Credential("participant", "p3"), "it goes on after a failure"
    await lookup.close()
