"""The files of the pages as they are sent: stylesheets that import others are one file, and modules lack comments."""

from __future__ import annotations

import os
import re
import subprocess
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


def test_a_module_is_sent_without_comments_and_does_the_same(tmp_path: Path) -> None:
    served = files.Files(pages.STATIC)
    sent = tmp_path / "sent"
    written = pages.STATIC / "js"
    for path in written.glob("**/*.js"):
        found = served.get(path.relative_to(pages.STATIC).as_posix())
        assert found is not None
        assert found.plain.count(b"\n") == path.read_bytes().count(b"\n"), path
        (sent / path.relative_to(written)).parent.mkdir(parents=True, exist_ok=True)
        (sent / path.relative_to(written)).write_bytes(found.plain)
    both = [minified(folder, tmp_path / f"small-{folder.name}") for folder in (written, sent)]
    assert both[0] == both[1]
    main = served.get("js/main.js")
    assert main
    assert b"@param" not in main.plain
    licence = served.get("lib/lit-html.js")
    assert licence
    assert licence.plain == (pages.STATIC / "lib" / "lit-html.js").read_bytes()


def minified(folder: Path, into: Path) -> dict[str, bytes]:
    """The modules of a folder as esbuild writes them in few bytes: without a word that does nothing."""
    modules = sorted(str(path) for path in folder.glob("**/*.js"))
    esbuild = pages.STATIC / "node_modules" / "esbuild" / "bin" / "esbuild"
    how = ["--minify", "--tsconfig-raw={}", f"--outbase={folder}", f"--outdir={into}", "--log-level=error"]
    done = subprocess.run(["node", esbuild, *modules, *how], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {path.relative_to(into).as_posix(): path.read_bytes() for path in into.glob("**/*.js")}


def test_the_door_page_fetches_ahead_what_the_phone_page_will_load() -> None:
    door, phone = ((pages.STATIC / f"{name}.html").read_text(encoding="utf-8") for name in ("join", "phone"))
    loaded = re.findall(r'<link rel="modulepreload" href="([^"]+)"', door)
    ahead = re.findall(r'<link href="([^"]+)"', door)
    assert len(ahead) == len(set(ahead))
    assert not set(loaded) & set(ahead)
    assert set(re.findall(r'<link rel="modulepreload" href="([^"]+)"', phone)) <= {*loaded, *ahead}
