"""Commands of whoever runs the server: keys, boards, backups and moving, beside a Tavle that runs."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from server import store
from server.log import short
from server.metrics import COUNTS
from server.process import admin, run
from server.process.embedded import EmbeddedValkey
from server.process.housekey import house_key
from server.process.probe import StoreError
from server.settings import Settings
from server.store import StoreAway, copying
from server.web.documents import Documents
from tests.machine import several
from tests.machine.conftest import House, start_house
from tests.machine.several import Server, free_ports
from tests.machine.talk import PLACE, Tab, call, closed, join, new_workshop
from tests.machine.waiting import until

COPIED = "copied. Start Tavle with the new store, then delete the old one.\n"
ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}


def settings_of(folder: Path, **more: Any) -> Settings:
    return Settings(data_dir=folder, host="127.0.0.1", **more)


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[House]:
    """A server on a store of its own, with the house key kept there."""
    with EmbeddedValkey(tmp_path / "data") as valkey:
        house = await start_house(valkey.url, tmp_path / "data", key="")
        try:
            yield house
        finally:
            await house.stop()


async def told(do: Any, house: House, *words: Any, **more: Any) -> str:
    said: str = await asyncio.to_thread(do, settings_of(house.settings.data_dir), *words, **more)
    return said


async def commanded(*words: str, **environ: str) -> tuple[int, str]:
    """The exit code of a command in a process of its own, and what it prints."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.process.run", *words),
        env={"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": "0", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    return running.returncode or 0, said.decode()


async def creates(house: House, key: str) -> tuple[int, Any]:
    body = {"method": "fremtidsvaerksted", "key": key}
    reply = await call(house.base, "/api/workshops", body=body, headers=ELSEWHERE)
    return reply.status, reply.json.get("error")


async def measures(house: House, key: str) -> int:
    headers = {**ELSEWHERE, "Authorization": f"Bearer {key}"}
    return (await call(house.base, "/metrics", headers=headers)).status


async def test_each_department_has_a_key_that_can_be_withdrawn_and_opens_no_metrics(own: House) -> None:
    main = await told(admin.show_key, own, renew=False)
    assert await creates(own, main.lower().replace("-", "")) == (201, None)
    assert await measures(own, main) == 200
    given = (await told(admin.add_key, own, "Afsnit A", metrics=False)).splitlines()[0]
    watch = (await told(admin.add_key, own, "overvågning", metrics=True)).splitlines()[0]
    assert await creates(own, given) == (201, None)
    assert await measures(own, given) == 403
    assert await measures(own, watch) == 200
    listed = await told(admin.list_keys, own)
    assert "Afsnit A" in listed
    assert "overvågning" in listed
    assert given not in listed
    with pytest.raises(StoreError, match="Afsnit A"):
        await told(admin.add_key, own, "Afsnit A", metrics=False)
    await told(admin.withdraw_key, own, "Afsnit A")
    assert await creates(own, given) == (403, "wrong_key")
    newer = await told(admin.show_key, own, renew=True)
    assert await creates(own, main) == (403, "wrong_key")
    assert await creates(own, newer) == (201, None)
    with pytest.raises(StoreError, match="TAVLE_KEY"):
        admin.show_key(settings_of(own.settings.data_dir, key="a key of our own"), renew=True)


def test_the_house_key_is_the_same_at_every_start_with_an_external_store_too(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "theirs") as theirs:
        settings = settings_of(tmp_path / "ours", redis_url=theirs.url, embedded=False)
        first = house_key(settings)
        assert first.new
        assert house_key(settings).text == first.text
        assert admin.show_key(settings, renew=False) == first.text
        assert not (tmp_path / "ours").exists()


def test_the_key_of_an_earlier_release_stays_valid(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as valkey:
        (tmp_path / "house-key").write_text("ABCD-EFGH-JKMN-PQRS\n")
        settings = settings_of(tmp_path, redis_url=valkey.url)
        assert house_key(settings).text == "ABCD-EFGH-JKMN-PQRS"
        assert not (tmp_path / "house-key").exists()
        assert house_key(settings).text == "ABCD-EFGH-JKMN-PQRS"


async def written(house: House, text: str) -> tuple[Any, Any]:
    """A workshop with a note of somebody's: what its facilitator and that person have."""
    made = await new_workshop(house.base, title=f"Titel {text}")
    one = await join(house.base, made["code"], name="Ann")
    lead = await Tab(house.base, made["board"], made["token"]).open()
    ann = await Tab(house.base, made["board"], one["token"]).open()
    assert await lead.do("round", to="critique") == ""
    await ann.until(lambda: ann.mine["me"]["write"] is not None)
    assert await ann.do("write", note=secrets.token_urlsafe(12), text=text, **PLACE) == ""
    await closed(lead, ann)
    return made, one


async def test_boards_are_listed_without_words_deleted_and_handed_over(own: House) -> None:
    made, _ = await written(own, "kanin")
    name = short(made["board"])
    listed = await told(admin.list_boards, own)
    assert name in listed
    assert "2 people" in listed
    assert "kanin" not in listed
    assert made["board"] not in listed
    rehearsal = short((await new_workshop(own.base, rehearsal=True))["board"])
    states = {line.split()[0]: line.split()[2] for line in (await told(admin.list_boards, own)).splitlines()}
    assert states == {name: "open", rehearsal: "rehearsal"}
    await told(admin.delete_board, own, rehearsal)
    way = await told(admin.hand_over, own, name)
    board, key = made["board"], way.rpartition("#k=")[2]
    assert f"/console/{board}#k=" in way
    lead = await Tab(own.base, board, key).open()
    assert lead.view["board"]["title"] == "Titel kanin"
    await told(admin.delete_board, own, name)
    await lead.until(lambda: lead.code is not None)
    assert (await call(own.base, f"/api/board/{board}/door", token=key)).status == 404
    assert await told(admin.list_boards, own) == "There are no workshops."
    with pytest.raises(StoreError, match="`python3 server boards`"):
        await told(admin.delete_board, own, name)
    await lead.close()


async def test_a_backup_of_a_running_store_is_whole_and_holds_nothing_deleted(own: House, tmp_path: Path) -> None:
    made, one = await written(own, "bevaret ord")
    gone, _ = await written(own, "slettet ord")
    key = await told(admin.show_key, own, renew=False)
    await told(admin.delete_board, own, short(gone["board"]))
    file = tmp_path / "a.backup"
    await told(admin.back_up, own, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"bevaret ord" in file.read_bytes()
    assert b"slettet ord" not in file.read_bytes()
    with pytest.raises(StoreError, match="already running"):
        await told(admin.restore, own, file)

    again = settings_of(tmp_path / "again")
    for wrong in (file.read_bytes()[:-20], b"Some other text, and more of it.", b"\x89PNG\r\n\x1a\n and more of it"):
        (tmp_path / "wrong").write_bytes(wrong)
        with pytest.raises(StoreError, match="no whole backup"):
            await asyncio.to_thread(admin.restore, again, tmp_path / "wrong")
    await asyncio.to_thread(admin.restore, again, file)
    with pytest.raises(StoreError, match="already holds 1 workshop"):
        await asyncio.to_thread(admin.restore, again, file)
    moved = settings_of(tmp_path / "moved")
    await asyncio.to_thread(admin.move, again, target=moved)

    for folder in (again.data_dir, moved.data_dir):
        with EmbeddedValkey(folder) as valkey:
            house = await start_house(valkey.url, folder, key="")
            ann = await Tab(house.base, one["board"], one["token"]).open()
            assert [record["text"] for name, record in ann.mine.items() if name.startswith("mine:")] == ["bevaret ord"]
            assert (await call(house.base, "/api/look", body={"code": made["code"]})).json["board"] == made["board"]
            assert await ann.do("write", note=secrets.token_urlsafe(12), text="mere", **PLACE) == ""
            assert await creates(house, key) == (201, None)
            await closed(ann)
            await house.stop()


async def test_of_a_backup_that_fails_nothing_is_left(
    own: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await written(own, "et ord")
    before = sorted(os.listdir(tmp_path))
    each = copying.each

    async def cut_off(shelf: store.Store) -> AsyncIterator[copying.Plain]:
        async for board in each(shelf):
            yield board
            raise StoreAway("gone")

    monkeypatch.setattr(copying, "each", cut_off)
    with pytest.raises(StoreError, match="does not take this"):
        await told(admin.back_up, own, tmp_path / "a.backup")
    assert sorted(os.listdir(tmp_path)) == before


async def test_filling_a_store_that_was_cut_off_is_told_and_begins_anew(
    own: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops = [await written(own, text) for text in ("et ord", "to ord", "tre ord")]
    file = tmp_path / "a.backup"
    await told(admin.back_up, own, file)
    whole = settings_of(tmp_path / "whole")
    again, other = settings_of(tmp_path / "again", key="a key of our own"), settings_of(tmp_path / "other")
    put_board, stored = copying.put_board, 0

    async def cut_off(shelf: store.Store, plain: copying.Plain) -> None:
        nonlocal stored
        stored += 1
        if stored == 2:
            raise StoreAway("the disk is full")
        await put_board(shelf, plain)

    with monkeypatch.context() as cut:
        cut.setattr(copying, "put_board", cut_off)
        with pytest.raises(StoreError, match=r"a part of 3 workshops was stored \(the disk is full\)"):
            await asyncio.to_thread(admin.restore, again, file)
    code, said = await commanded("serve", TAVLE_DATA=str(again.data_dir), TAVLE_KEY=again.key)
    assert code == 1
    assert "give the same command again" in said
    for refused in (lambda: admin.back_up(again, tmp_path / "b"), lambda: admin.move(again, target=other)):
        with pytest.raises(StoreError, match="only a part of the workshops is there"):
            await asyncio.to_thread(refused)
    # What was there in part is not left over, also when another backup is restored.
    await told(admin.delete_board, own, short(shops[0][0]["board"]))
    await told(admin.back_up, own, file)
    with EmbeddedValkey(again.data_dir) as valkey:
        house = await start_house(valkey.url, again.data_dir)
        made = await new_workshop(house.base)
        await house.stop()
    with pytest.raises(StoreError, match="already holds 1 workshop"):  # not what was there in part
        await asyncio.to_thread(admin.restore, again, file)
    await asyncio.to_thread(admin.delete_board, again, short(made["board"]))
    for settings in (again, whole):
        await asyncio.to_thread(admin.restore, settings, file)
    kept = []
    for settings in (again, whole):
        with EmbeddedValkey(settings.data_dir) as valkey:
            await asyncio.to_thread(admin.check_whole, settings_of(settings.data_dir, redis_url=valkey.url))
            with redis.Redis.from_url(valkey.url) as asking:
                kept.append(sorted(asking.keys()))
    assert kept[0] == kept[1]


@pytest.fixture
def external(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that Tavle does not run, with a replica."""
    ports = free_ports(2)
    master = Server(tmp_path / "master", ports[0], several.settings(ports[0]))
    follows = [*several.settings(ports[1]), "--replicaof", "127.0.0.1", str(ports[0])]
    replica = Server(tmp_path / "replica", ports[1], follows)
    try:
        until(lambda: replica.info("replication")["master_link_status"] == "up", what="a replica that follows")
        yield f"redis://127.0.0.1:{ports[0]}"
    finally:
        replica.end()
        master.end()


async def test_everything_moves_to_an_external_redis_and_back(own: House, external: str, tmp_path: Path) -> None:
    made, one = await written(own, "flyttet ord")
    key = await told(admin.show_key, own, renew=False)
    file = tmp_path / "a.backup"
    await told(admin.back_up, own, file)
    home, back = tmp_path / "home", tmp_path / "back"
    await asyncio.to_thread(admin.restore, settings_of(home), file)

    async def moved(to: str, **environ: str) -> tuple[int, str]:
        return await commanded("move", "--to", to, HOME=str(tmp_path), **environ)

    async def texts(house: House) -> set[str]:
        """What Ann wrote, and that she can write more and everything opens as before."""
        ann = await Tab(house.base, one["board"], one["token"]).open()
        found = {record["text"] for name, record in ann.mine.items() if name.startswith("mine:")}
        assert await ann.do("write", note=secrets.token_urlsafe(12), text="og et til", **PLACE) == ""
        assert (await call(house.base, "/api/look", body={"code": made["code"]})).json["board"] == made["board"]
        assert await creates(house, key) == (201, None)
        await closed(ann)
        await house.stop()
        return found

    assert await moved(external, TAVLE_DATA=str(home)) == (0, f"1 workshop is {COPIED}")
    code, said = await moved(external, TAVLE_DATA=str(home))
    assert (code, said) == (1, "The store already holds 1 workshop: nothing was changed.\n")
    house = await start_house(external, tmp_path / "none", key="", embedded=False)
    assert await texts(house) == {"flyttet ord"}
    # `TAVLE_WAIT_REPLICAS` is about the Redis that is left.
    assert await moved(str(back), REDIS_URL=external, TAVLE_WAIT_REPLICAS="1") == (0, f"2 workshops are {COPIED}")
    with EmbeddedValkey(back) as valkey:
        house = await start_house(valkey.url, back, key="")
        assert await texts(house) == {"flyttet ord", "og et til"}


async def test_the_log_tells_once_what_became_of_a_workshop_and_no_word_of_it(
    own: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tavle")
    made = await new_workshop(own.base, title="Hemmelig titel", venue="Afsnit 7")
    lead = await Tab(own.base, made["board"], made["token"]).open()
    for op in ("close", "reopen", "close"):
        assert await lead.do(op) == ""
    # Another process opens the board, and reads there what was done.
    assert own.settings.redis_url is not None
    second = await start_house(own.settings.redis_url, own.settings.data_dir, key="")
    again = await Tab(second.base, made["board"], made["token"]).open()
    assert await lead.do("seal") == ""
    await again.until(lambda: again.view["board"]["sealed"])
    await closed(lead, again)
    await second.stop()
    assert (await call(own.base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])).status == 204
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("tavle")]
    name = short(made["board"])
    assert [line for line in lines if name in line] == [
        f"board {name} was created (fremtidsvaerksted)",
        *(f"board {name} was {what}" for what in ("closed", "reopened", "closed", "sealed", "deleted")),
    ]
    for word in ("Hemmelig", "Afsnit 7", made["board"], made["token"], made["code"], "127.0.0.1"):
        assert word not in "\n".join(lines)


async def test_commands_work_without_the_notice_that_a_start_asks_for(tmp_path: Path) -> None:
    environ = {"TAVLE_DATA": str(tmp_path), "TAVLE_NOTICE": str(tmp_path / "gone.md")}
    assert await commanded("boards", **environ) == (0, "There are no workshops.\n")
    code, said = await commanded("serve", **environ)
    assert code == 1
    assert said.startswith("TAVLE_NOTICE cannot be read (No such file or directory)")


async def test_beside_a_tavle_whose_store_is_away_a_command_says_so(
    own: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "answers", lambda url: False)
    with pytest.raises(StoreError, match="but its store does not answer"):
        await told(admin.list_boards, own)


async def test_what_a_command_deletes_goes_from_the_memory_of_the_web_processes_too(own: House) -> None:
    made, _ = await written(own, "kanin")
    lead = await Tab(own.base, made["board"], made["token"]).open()
    before = COUNTS.erased
    await told(admin.delete_board, own, short(made["board"]))
    await lead.until(lambda: lead.code is not None)
    assert COUNTS.erased > before
    await lead.close()


def test_the_version_and_every_command_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--version"])
    assert capsys.readouterr().out.startswith("tavle 0.")
    with pytest.raises(SystemExit):
        run.main(["--help"])
    help_text = capsys.readouterr().out
    assert all(command in help_text for command in (*run.ADMIN, "setup"))
    assert run.main(["setup"]) == 0, "where Tavle is installed, there is nothing left to do"
    assert capsys.readouterr().out == "Tavle is set up.\n"


async def test_the_page_about_data_protection_says_what_this_installation_has_set(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    notice = tmp_path / "notice.md"
    notice.write_text("# Vores tekst\n\nRegionen er **dataansvarlig** <b>.\n", encoding="utf-8")
    (tmp_path / "notice.en.md").write_text("The region is the controller.\n", encoding="utf-8")
    house = await start_house(
        valkey.url, tmp_path, retention_days=90, notice=notice, contact="dpo@region.example, lokal 12"
    )
    try:
        danish = (await call(house.base, "/about/data-protection?lang=da")).body.decode()
        english = (await call(house.base, "/about/data-protection?lang=en")).body.decode()
    finally:
        await house.stop()
    assert "90 dage efter sidste brug" in danish
    assert "90 days after" in english
    assert "Regionen er <strong>dataansvarlig</strong> &lt;b&gt;." in danish
    assert danish.count("<h1") == 1
    assert "The region is the controller." in english
    assert "dpo@region.example, lokal 12" in danish
    assert "dpo@region.example, lokal 12" in english


def test_a_notice_that_is_gone_is_told_once_and_shown_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notice = tmp_path / "notice.md"
    notice.write_text("Regionen er dataansvarlig.\n", encoding="utf-8")
    documents = Documents(Settings(data_dir=tmp_path, notice=notice))

    def shows(words: str) -> bool:
        return all(words in (documents.text("data-protection", lang=lang) or "") for lang in ("da", "en"))

    notice.write_text("Kommunen er dataansvarlig.\n", encoding="utf-8")
    assert shows("Kommunen er dataansvarlig.")
    notice.rename(tmp_path / "away.md")
    assert shows("Kommunen er dataansvarlig.")
    assert len([record for record in caplog.records if str(notice) in record.getMessage()]) == 1
    notice.mkdir()  # neither can this be read
    assert shows("Kommunen er dataansvarlig.")
    notice.rmdir()
    notice.write_text("Nye ord.\n", encoding="utf-8")
    assert shows("Nye ord.")


def test_a_document_says_nothing_of_an_organisation_that_says_nothing(tmp_path: Path) -> None:
    for lang in ("da", "en"):
        text = Documents(Settings(data_dir=tmp_path)).text("data-protection", lang=lang)
        assert text is not None
        assert "{" not in text
        assert "30 da" in text


def test_the_page_about_accessibility_says_whom_to_tell(tmp_path: Path) -> None:
    for lang, keeper in (("da", "den, der driver Tavle hos jer"), ("en", "whoever runs Tavle where you are")):
        said = Documents(Settings(data_dir=tmp_path)).text("accessibility", lang=lang)
        named = Documents(Settings(data_dir=tmp_path, contact="Ida, lokal 12")).text("accessibility", lang=lang)
        assert said is not None
        assert named is not None
        assert keeper in said
        assert "Ida, lokal 12" in named
        assert "{" not in said + named
