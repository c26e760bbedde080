"""T20, I6, I7: what is deleted is in no file, and who wrote it is nowhere after sealing."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path
from typing import Any

import pypdf
import pytest
import redis.asyncio as aioredis

from board_schema.wire import Close
from tests.machine.chaos.crowd import Member, crowd, until
from tests.machine.chaos.houses import Running, running
from tests.machine.chaos.recorder import canary, texts_of
from tests.machine.chaos.test_kills import board_of
from tests.machine.talk import call, join, new_workshop
from tests.machine.waiting import until as wait_until

PLACE = {"sheet": "columns", "lane": "critique"}


def files_with(house: Running, word: str) -> list[str]:
    """The files of the data folder that hold a text."""
    found = []
    for path in house.data_dir.rglob("*"):
        if path.is_file():
            try:
                if word.encode() in path.read_bytes():
                    found.append(path.name)
            except FileNotFoundError:
                pass  # rewritten just now
    return found


async def dump(url: str) -> bytes:
    """Every key of the store with everything in it."""
    asking = aioredis.Redis.from_url(url)
    parts: list[bytes] = []
    async for key in asking.scan_iter():
        parts.append(key)
        match await asking.type(key):
            case b"string":
                parts.append(await asking.get(key))
            case b"hash":
                parts += [part for pair in (await asking.hgetall(key)).items() for part in pair]
            case b"zset":
                parts += list(await asking.zrange(key, 0, -1))
            case b"stream":
                parts += [part for _, fields in await asking.xrange(key) for pair in fields.items() for part in pair]
            case other:
                raise AssertionError(f"a key of type {other!r}")
    await asking.aclose()
    return b"\n".join(parts)


async def test_T20_S5_a_deleted_workshop_is_in_no_key_and_no_file(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        made = await new_workshop(house.base, title=(title := canary()), venue=(venue := canary()))
        way = await join(house.base, made["code"], name=(name := canary()))
        other = await new_workshop(house.base, title="bliver")
        words = [canary() for _ in range(30)]
        async with crowd([Member(house.base, made), Member(house.base, way)]) as (lead, ann):
            assert await lead.do("round", to="critique") == ""
            for word in words:
                ann.write(word, **PLACE)
            await ann.until(lambda: not ann.unanswered)
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            board = await board_of(house.url, made["board"])
            assert files_with(house, words[0]), "a search that finds nothing proves nothing"
            answered = await call(house.base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])
            began = time.monotonic()
            assert answered.status == 204
            secret = [*words, title, venue, name, made["board"], *board.people, *board.seats, *board.notes]
            wait_until(lambda: not any(files_with(house, word) for word in secret), what="nothing is left in any file")
            print(f"{len(secret)} texts and ids in 0 files {time.monotonic() - began:.2f} s after the answer")
            for member in (lead, ann):
                await member.until(lambda member=member: member.over == Close.GONE)
        left = await dump(house.url)
        assert not [word for word in secret if word.encode() in left]
        assert (await call(house.base, "/api/look", body={"code": made["code"]})).json == {"error": "no_door"}
        async with crowd([Member(house.base, other)]) as (lead,):
            assert lead.view["board"]["title"] == "bliver"


async def sealed(house: Running, forms: tuple[str, ...] = ("svg", "pdf", "md", "csv", "json")) -> dict[str, Any]:
    """A workshop played, closed and sealed; everything that was true of it before."""
    made = await new_workshop(house.base)
    names = [canary() for _ in range(4)]
    ways = [await join(house.base, made["code"], name=name) for name in names]
    up, drafts, gone = [canary() for _ in range(4)], [canary() for _ in range(4)], [canary() for _ in range(2)]
    async with crowd([Member(house.base, way) for way in [made, *ways]]) as (lead, *phones):
        assert await lead.do("round", to="critique") == ""
        for phone, word in zip(phones, up, strict=True):
            phone.write(word, **PLACE)
        taken = [phone.write(word, **PLACE) for phone, word in zip(phones, gone, strict=False)]
        await until(phones, lambda: not any(p.unanswered for p in phones))
        assert await lead.do("reveal", sheet="columns", lane="critique") == ""
        await lead.until(lambda: len(lead.notes) == 6)
        assert await phones[0].do("delete", note=taken[0]) == ""  # by its author
        assert await lead.do("delete", note=taken[1]) == ""  # by the facilitator
        for phone, word in zip(phones, drafts, strict=True):
            phone.write(word, **PLACE)
        await until(phones, lambda: not any(p.unanswered for p in phones))
        before = await board_of(house.url, made["board"])
        assert await lead.do("close") == ""
        assert await lead.do("seal") == ""
        await until([lead, *phones], lambda: all(m.view["board"]["sealed"] for m in (lead, *phones)))
        tabs = [member.tab for member in (lead, *phones)]
        began = time.monotonic()
        people = [p.pid for p in before.people.values()]
        secret = [*names, *drafts, *gone, *people, *tabs]
        wait_until(lambda: not any(files_with(house, w) for w in [*drafts, *gone]), what="no draft in any file")
        took = time.monotonic() - began
        heard = {}
        for form in forms:
            path = f"/api/board/{made['board']}/export/t.{form}"
            for token in (made["token"], ways[0]["token"], made["wall"]):
                answer = await call(house.base, path, token=token)
                assert answer.status == 200, (form, answer.body)
                heard[form, token] = answer
        for path in ("door",):
            heard[path, ""] = await call(house.base, f"/api/board/{made['board']}/{path}", token=made["token"])
        seen = [repr((m.view, m.mine)) for m in (lead, *phones)]
    return {
        "made": made, "before": before, "names": names, "up": up, "drafts": drafts, "gone": gone, "people": people,
        "tabs": tabs, "seats": list(before.seats), "secret": secret, "heard": heard, "seen": seen, "took": took,
    }  # fmt: skip


async def test_I6_I7_after_sealing_nobody_can_tell_who_wrote_what(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        told = await sealed(house)
        print(f"drafts and bins in 0 files {told['took']:.2f} s after the seal")
        board = await board_of(house.url, told["made"]["board"])
        assert sorted(n.text for n in board.notes.values()) == sorted(told["up"])
        assert all(note.author == "" for note in board.notes.values())
        assert not board.acts
        assert not board.bin
        assert not any(person.name for person in board.people.values())
        left = await dump(house.url)
        for word in [*told["names"], *told["drafts"], *told["gone"]]:
            assert word.encode() not in left
            assert files_with(house, word) == []
        for (what, _), answer in told["heard"].items():
            text = texts_of(answer)
            for word in [*told["secret"], *told["seats"], *told["names"]]:
                assert word not in text, (what, word)
                assert word.encode() not in answer.body, (what, word)
            # Nothing finer than the day: neither a clock nor a number of milliseconds.
            if what in ("csv", "md", "json"):
                assert not re.search(r"\b\d{1,2}:\d{2}\b|\b1[0-9]{12}\b", text), what
        for seen in told["seen"]:
            assert not [w for w in [*told["secret"]] if w in seen]
        pdf = next(answer for (what, _), answer in told["heard"].items() if what == "pdf")
        facts = {str(k): str(v) for k, v in (pypdf.PdfReader(io.BytesIO(pdf.body)).metadata or {}).items()}
        assert "/Author" not in facts or not facts["/Author"], facts


@pytest.mark.parametrize("what", ["draft", "raised"])
async def test_V8_T20_what_somebody_takes_down_is_gone_from_every_file_after_the_seal(
    tmp_path: Path, what: str
) -> None:
    """The log keeps no older text of a note that was edited, either."""
    with running(tmp_path / "data") as house:
        made = await new_workshop(house.base)
        way = await join(house.base, made["code"])
        old, new = canary(), canary()
        async with crowd([Member(house.base, made), Member(house.base, way)]) as (lead, ann):
            assert await lead.do("round", to="critique") == ""
            note = ann.write(old, **PLACE)
            await ann.until(lambda: not ann.unanswered)
            if what == "raised":
                assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            assert await ann.do("edit", note=note, text=new) == ""
            assert await lead.do("close") == ""
            assert await lead.do("seal") == ""
            await lead.until(lambda: lead.view["board"]["sealed"])
            wait_until(lambda: not files_with(house, old), what="the older text is in no file")
            if what == "draft":
                wait_until(lambda: not files_with(house, new), what="the draft is in no file")
            else:
                assert lead.notes[note]["text"] == new
