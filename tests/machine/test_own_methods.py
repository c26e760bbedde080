"""Method files of the house's own (M1): whatever lies in the folder, the house opens, and says what is wrong with it.

Hostile files are the matter of tests/rules/test_method.py too; here they lie in a real folder before a real start.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from board_schema.method_file import MethodError
from server.process.embedded import EmbeddedValkey
from server.web.methods import BUILT_IN as METHODS
from server.web.methods import InstalledMethod, installed_methods
from tests.machine.chaos.crowd import Member, crowd
from tests.machine.conftest import start_house
from tests.machine.talk import call, join, new_workshop

OURS = tuple(sorted(path.stem for path in METHODS.glob("*.toml")))
FV = (METHODS / "fremtidsvaerksted.toml").read_text(encoding="utf-8")
OWN = FV.replace('id = "fremtidsvaerksted"', 'id = "egen"')


def read(folder: Path) -> tuple[dict[str, InstalledMethod], list[MethodError]]:
    found, wrong = installed_methods(METHODS, folder)
    assert found.keys() >= set(OURS)
    for problem in wrong:
        assert str(problem).startswith(f"{folder}/")
        assert f", line {problem.line}, {problem.field}: " in str(problem)
        assert str(problem).isprintable()
    return found, wrong


def test_M1_one_wrong_file_is_left_out_and_the_others_are_there(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("x = [", encoding="utf-8")
    (tmp_path / "b.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "c.toml").write_text(OWN.replace('id = "egen"', 'id = "egen"\nvote = true'), encoding="utf-8")
    found, wrong = read(tmp_path)
    assert found.keys() == {*OURS, "egen"}
    assert [problem.field for problem in wrong] == ["the file", "vote"]


@pytest.mark.parametrize("name", OURS)
def test_B5_M1_an_own_file_never_takes_the_place_of_a_built_in(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.toml").write_text(FV.replace("fremtidsvaerksted", name), encoding="utf-8")
    found, (problem,) = read(tmp_path)
    assert found[name].text == installed_methods(METHODS)[0][name].text
    assert found[name].text.startswith((METHODS / f"{name}.toml").read_text(encoding="utf-8").rstrip("\n"))
    assert (problem.field, problem.line) == ("id", 3)
    assert "Tavle's own" in problem.problem


def test_M1_of_two_files_with_one_id_the_first_is_taken_and_named(tmp_path: Path) -> None:
    for name in ("en", "to"):
        (tmp_path / f"{name}.toml").write_text(OWN.replace('en = "', f'en = "{name} '), encoding="utf-8")
    found, (problem,) = read(tmp_path)
    assert "en.toml" in problem.problem
    assert found["egen"].method.title["en"].startswith("en ")


def test_M1_files_that_are_no_files_or_no_text_are_told_and_never_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")  # which nobody ever writes to
    (tmp_path / "nowhere.toml").symlink_to(tmp_path / "gone")
    (tmp_path / "round.toml").symlink_to(tmp_path / "round.toml")
    (tmp_path / "devil.toml").symlink_to("/dev/zero")  # which never ends
    (tmp_path / "latin.toml").write_bytes('id = "egen"\n# på dansk\n'.encode("latin-1"))
    (tmp_path / "utf16.toml").write_bytes(OWN.encode("utf-16"))
    (tmp_path / "long.toml").write_bytes(b"#" * 3_000_000)
    found, wrong = read(tmp_path)
    assert found.keys() == set(OURS)
    told = {Path(problem.file).stem: problem.problem for problem in wrong}
    assert told.keys() == {"folder", "pipe", "nowhere", "round", "devil", "latin", "utf16", "long"}
    assert next(problem.line for problem in wrong if problem.file.endswith("latin.toml")) == 2
    assert "UTF-8" in told["latin"]
    assert "longer" in told["long"]
    for name in ("folder", "pipe", "nowhere", "round", "devil"):
        assert told[name].startswith("cannot be read ("), told[name]


def test_M1_a_mark_before_the_text_a_windows_line_end_and_a_link_are_no_errors(tmp_path: Path) -> None:
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "egen").write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    (tmp_path / "egen.toml").symlink_to(tmp_path / "..data" / "egen")  # as some houses' settings are laid out
    found, wrong = read(tmp_path)
    assert (wrong, found["egen"].text) == ([], OWN)


async def test_B5_parabol_markup_in_a_method_stays_text_on_every_screen_and_in_every_export(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    """parabol #7491: a template's name ran as script. A method's titles are texts like any other."""
    evil = "<img src=x onerror=alert(1)>&#x3c;script>{{7*7}}=cmd|x"
    text = OWN.replace('en = "', f'en = "{evil}').replace('da = "', f'da = "{evil}')
    (tmp_path / "egen.toml").write_text(text, encoding="utf-8")
    house = await start_house(valkey.url, tmp_path, methods_dir=tmp_path)
    cards = (await call(house.base, "/api/methods")).json
    assert next(card for card in cards if card["id"] == "egen")["title"]["da"].startswith(evil)
    for page in ("/", "/join"):
        assert evil.encode() not in (await call(house.base, page)).body
    made = await new_workshop(house.base, "egen")
    way = await join(house.base, made["code"])
    async with crowd([Member(house.base, made), Member(house.base, way)]) as (lead, ann):
        assert ann.view["method"]["title"]["da"].startswith(evil)
        assert await lead.do("round", to="critique") == ""
        for form in ("svg", "md", "csv", "json"):
            answer = await call(house.base, f"/api/board/{made['board']}/export/t.{form}", token=made["token"])
            assert answer.status == 200
            if form == "svg":
                assert b"<img" not in answer.body
                assert b"<script" not in answer.body
            if form == "csv":
                assert b"\n=" not in answer.body
    await house.stop()
