"""The files of the pages as they are sent: stylesheets that import others are one file, and modules lack comments."""

from __future__ import annotations

import hashlib
import json
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


def test_a_phone_loads_few_files_and_the_modules_one_by_one_while_one_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LOOK", -1.0)
    (tmp_path / "build.py").touch()
    for name, text in {
        "phone.html": '<link rel="modulepreload" href="/static/js/main.js">\n<link rel="modulepreload" href="/static/'
        'js/text.js">\n<script type="module" src="/static/js/main.js"></script>\n<body data-page="phone">',
        "join.html": '<link rel="modulepreload" href="/static/js/main.js">\n<template id="ahead">\n<link href="/static/'
        'js/text.js">\n<link href="/static/js/main.js">\n</template>\n<body data-page="join">',
        "js/main.js": "import './text.js';\n",
        "js/text.js": "export const a = 1;\n",
        "lib/phone/phone.js": "/* a library, BSD-3-Clause: licences.txt */\n// A comment.\nconst a = 1;\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = {
        name: {"file": "phone.js", "sha256": hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}
        for name in ("js/main.js", "js/text.js")
    }
    (tmp_path / "lib/phone/bundle.json").write_text(json.dumps(made), encoding="utf-8")
    served = files.Files(tmp_path)

    def loads(name: str) -> list[str]:
        page = served.page(name)
        assert page is not None
        return re.findall(r'"/static/[0-9a-f]{16}/([^"]+)"', page.plain.decode())

    assert loads("phone") == ["lib/phone/phone.js", "lib/phone/phone.js"], "a preload, and the script"
    assert loads("join") == ["js/main.js", "lib/phone/phone.js"]
    sent = served.get("lib/phone/phone.js")
    assert sent is not None
    assert sent.plain == b"/* a library, BSD-3-Clause: licences.txt */\n\nconst a = 1;\n"
    (tmp_path / "js/text.js").write_text("export const a = 2;\n", encoding="utf-8")
    os.utime(tmp_path / "js/text.js", ns=(1, 1))
    assert loads("phone") == ["js/main.js", "js/text.js", "js/main.js"]
