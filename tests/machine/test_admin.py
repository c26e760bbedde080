"""Commands of whoever runs the server: keys, boards, backups and moving, beside a Tavle that runs."""

from __future__ import annotations

import asyncio
import secrets
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.log import short
from server.process import admin, run
from server.process.embedded import EmbeddedValkey
from server.process.housekey import house_key
from server.process.probe import StoreError
from server.settings import Settings
from server.web.documents import Documents
from tests.machine.conftest import House, start_house
from tests.machine.talk import PLACE, Tab, call, closed, join, new_workshop

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
    way = await told(admin.hand_over, own, name)
    board, key = made["board"], way.rpartition("#k=")[2]
    assert f"/console/{board}#k=" in way
    lead = await Tab(own.base, board, key).open()
    assert lead.view["board"]["title"] == "Titel kanin"
    await told(admin.delete_board, own, name)
    await lead.until(lambda: lead.code is not None)
    assert (await call(own.base, f"/api/board/{board}/door", token=key)).status == 404
    assert await told(admin.list_boards, own) == "There are no workshops."
    with pytest.raises(StoreError, match="tavle boards"):
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
    (tmp_path / "half").write_bytes(file.read_bytes()[:-20])
    with pytest.raises(StoreError, match="no whole backup"):
        await asyncio.to_thread(admin.restore, again, tmp_path / "half")
    await asyncio.to_thread(admin.restore, again, file)
    with pytest.raises(StoreError, match="already holds 1 workshops"):
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


def test_the_version_and_every_command_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--version"])
    assert capsys.readouterr().out.startswith("tavle 0.")
    with pytest.raises(SystemExit):
        run.main(["--help"])
    help_text = capsys.readouterr().out
    assert all(command in help_text for command in run.ADMIN)


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
