"""The files of the pages as the server sends them: a stylesheet that imports others is one file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from server.web import files, pages


def test_a_stylesheet_is_sent_with_what_it_imports_and_read_again_when_that_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LOOK", -1.0)
    (tmp_path / "css").mkdir()
    (tmp_path / "build.py").touch()
    (tmp_path / "front.html").write_text('<link href="/static/app.css">', encoding="utf-8")
    (tmp_path / "app.css").write_text('/* All. */\n@import "css/base.css";\n\np { margin: 0; }\n', encoding="utf-8")
    base = tmp_path / "css" / "base.css"
    base.write_text("h1 { margin: 0; }\n", encoding="utf-8")
    served = files.Files(tmp_path)

    def sheet() -> str:
        found = served.get("app.css")
        assert found is not None
        return found.plain.decode()

    assert sheet() == "/* All. */\nh1 { margin: 0; }\n\np { margin: 0; }\n"
    before = served.page("front")
    base.write_text("h1 { margin: 1px; }\n", encoding="utf-8")
    os.utime(base, ns=(1, 1))
    assert served.page("front") != before
    assert "h1 { margin: 1px; }" in sheet()


def test_no_page_waits_for_a_stylesheet_inside_another() -> None:
    served = files.Files(pages.STATIC)
    for path in pages.STATIC.glob("**/*.css"):
        found = served.get(path.relative_to(pages.STATIC).as_posix())
        assert "node_modules" in path.parts or (found and b"@import" not in found.plain), path
