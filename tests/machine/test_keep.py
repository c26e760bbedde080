"""A workshop that keeps nothing (R33), and words that people show (R34), through a whole server and on its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from board_schema.wire import Close
from server.store import Store, copying
from tests.machine.conftest import House
from tests.machine.talk import Tab, call, closed, join, new_workshop
from tests.machine.test_memory import found_in, gone, running, secret
from tests.machine.test_two_processes import two as two
from tests.machine.waiting import in_the_end


def words(tab: Tab) -> dict[str, Any]:
    """The words that a tab was told last."""
    found: dict[str, Any] = next((frame[1] for frame in reversed(tab.frames) if frame[0] == "words"), {})
    return found


async def talk(here: str, there: str) -> tuple[Any, Tab, Tab, Tab, Tab]:
    """A check-in in the round of words: its facilitator and teller at one server, its chair and wall at the other."""
    made = await new_workshop(here, "check-in")
    board = made["board"]
    lead = await Tab(here, board, made["token"]).open()
    people = [await join(here, made["code"], name=name) for name in ("Sofie", "Ali")]
    teller = await Tab(here, board, people[0]["token"]).open()
    chair = await Tab(there, board, people[1]["token"]).open()
    wall = await Tab(there, board, made["wall"]).open()
    for part, person in zip(("teller", "chair"), people, strict=True):
        assert await lead.do("hand", part=part, seat=person["seat"]) == ""
    assert await lead.do("round", to="feel") == ""
    await teller.until(lambda: bool(teller.mine["me"]["parts"][0]["words"]))
    for tab in (lead, chair, wall):
        await tab.until(lambda tab=tab: tab.view["board"]["round"] == "feel")
    return made, lead, teller, chair, wall


async def test_R34_words_are_shown_hidden_and_gone_with_their_sender(house: House) -> None:
    _, lead, teller, chair, wall = await talk(house.base, house.base)
    others = (lead, chair, wall)
    seat = teller.welcome["seat"]
    await teller.send(["words", [0, "  andet\u202e ord "]])
    for tab in others:
        await tab.until(lambda tab=tab: seat in words(tab))
        assert [word["da"] for word in words(tab)[seat]] == ["usikkerhed", "andet ord"]
    await chair.send(["words", [1]])  # who has no words to show shows none
    await teller.send(["words", []])
    for tab in others:
        await tab.until(lambda tab=tab: not words(tab))
    await teller.send(["words", [1]])
    await wall.until(lambda: bool(words(wall)))
    await teller.close()
    await wall.until(lambda: not words(wall))
    assert chair.welcome["seat"].encode() not in b"".join(repr(words(tab)).encode() for tab in others)
    await closed(*others)


async def test_R34_words_go_when_the_part_goes_or_the_round_has_none_so_far(house: House) -> None:
    _, lead, teller, chair, wall = await talk(house.base, house.base)
    await teller.send(["words", [0]])
    await wall.until(lambda: bool(words(wall)))
    assert await lead.do("round", to="need") == ""
    await wall.until(lambda: wall.view["board"]["round"] == "need")
    assert words(wall), "they may stay while people talk on"
    assert await lead.do("round", to="tell") == ""
    await wall.until(lambda: not words(wall))
    await lead.do("round", to="feel")
    await teller.until(lambda: bool(teller.mine["me"]["parts"][0]["words"]))
    await teller.send(["words", [0]])
    await wall.until(lambda: bool(words(wall)))
    assert await lead.do("hand", part="teller", seat=chair.welcome["seat"]) == ""
    await wall.until(lambda: not words(wall))
    await closed(lead, teller, chair, wall)


async def test_R34_a_word_that_is_not_shown_reaches_no_other_connection(house: House) -> None:
    """A phone sends what it shows and nothing else; what comes without a right to it goes no further."""
    _, lead, teller, chair, wall = await talk(house.base, house.base)
    await chair.send(["words", ["hemmeligt"]])
    await teller.send(["words", ["a", "b", "c", "hemmeligt"]])  # more than three: dropped
    await teller.send(["words", ["x" * 200, "hemmeligt" * 20]])
    await teller.send(["words", [0]])
    for tab in (lead, chair, wall):
        await tab.until(lambda tab=tab: bool(words(tab)))
        assert b"hemmeligt" not in b"".join(tab.raw)
        assert b"afmagt" not in b"".join(tab.raw)
    await closed(lead, teller, chair, wall)


async def test_R34_T16_a_second_process_relays_what_is_shown_and_stores_nothing(two: Any, shelf: Store) -> None:
    (_, here), (_, there) = two
    made, lead, teller, chair, wall = await talk(here, there)
    before = await copying.board(shelf, made["board"])
    await teller.send(["words", ["ansvarstynget"]])
    await wall.until(lambda: bool(words(wall)))
    late = await Tab(there, made["board"], made["wall"]).open()
    await late.until(lambda: bool(words(late)))
    after = await copying.board(shelf, made["board"])
    assert after == before
    assert b"ansvarstynget" not in repr(after).encode()
    await teller.send(["words", []])
    for tab in (wall, late):
        await tab.until(lambda tab=tab: not words(tab))
    await lead.op("close")
    for tab in (lead, teller, chair, wall, late):
        assert await tab.ended() == Close.GONE


async def test_R33_T20_after_closing_nothing_of_it_is_in_any_file_log_line_metric_or_memory(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        name, word = secret("navn"), secret("ord")
        made = await new_workshop(house.base, "check-in", title=secret("titel"), venue=secret("sted"))
        one = await join(house.base, made["code"], name=name)
        lead = await Tab(house.base, made["board"], made["token"]).open()
        teller = await Tab(house.base, made["board"], one["token"]).open()
        assert lead.view["board"]["title"] == "Hvad gjorde situationen ved os?"
        assert lead.view["board"]["venue"] == ""
        assert await lead.do("hand", part="teller", seat=one["seat"]) == ""
        assert await lead.do("round", to="feel") == ""
        await teller.until(lambda: bool(teller.mine["me"]["parts"][0]["words"]))
        await teller.send(["words", [word]])
        refused = await call(house.base, f"/api/board/{made['board']}/export/x.md", token=made["token"])
        assert (refused.status, refused.json["error"]) == (403, "nothing_kept")
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        assert any(name.encode() in path.read_bytes() for path in files), "a search that finds nothing proves nothing"
        assert not any(word.encode() in path.read_bytes() for path in files)
        assert not found_in(house.store(), [word])
        await lead.op("close")
        for tab in (lead, teller):
            assert await tab.ended() == Close.GONE
        look = await call(house.base, "/api/look", body={"code": made["code"]})
        assert look.status == 404

        def held(path: Path) -> bytes:
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return b""  # the store was writing its file anew, and has removed the old one

        def traces() -> list[str]:
            there = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
            return [
                path.name for path in there if any(one.encode() in held(path) for one in (name, word, made["board"]))
            ]

        async def none() -> None:
            assert not traces()

        await in_the_end(none, unless=AssertionError)
        metrics = await call(house.base, "/metrics")
        assert not any(one.encode() in metrics.body for one in (name, word, made["board"]))
        await gone(house, [name, word], what="after closing")


async def test_R33_no_backup_holds_it(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base, "check-in")
    other = await new_workshop(house.base)
    kept = [plain["id"] async for plain in copying.each(shelf)]
    assert other["board"] in kept
    assert made["board"] not in kept
