"""The files under static/, read and compressed once, with addresses that contain a hash of the content.

What may not live here: HTTP (pages.py), and files of a workshop.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import mimetypes
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("da", "en")
TEXTS_TAG = '<script type="application/json" id="texts"></script>'
# In a stylesheet; what it names is sent in its place, which saves a request.
IMPORT = re.compile(rb'^@import "([a-z/-]+\.css)";\n', re.MULTILINE)
# Comments of our own modules that are easily told from code: blocks and lines of their own, and the types of a line.
COMMENTS = re.compile(
    rb"(?m)^[ \t]*/\*\*(?:[^*]|\*(?!/))*\*/[ \t]*$|/\*\* @(?:type|param)\b(?:[^*\n]|\*(?!/))*\*/[ \t]*|^[ \t]*//[^\n]*$"
)
LIBRARIES = "lib"  # other people's files keep their comments, which hold their licences
BUNDLE = "lib/phone/"  # the phone's modules in few files; bundle.json tells which module lies in which
# A page's line that loads a module, and what is fetched ahead for the phone's page.
LOADS = re.compile(r'^<(link|script)\b[^\n]*"/static/((?:js|lib)/[a-z/-]+\.js)"[^\n]*\n', re.MULTILINE)
AHEAD = re.compile(r'<template id="ahead">.*?</template>', re.DOTALL)
LOOK = 1.0  # seconds between two checks whether files have changed


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes | None


class Files:
    """The files under static/, read and compressed once, with addresses that contain a hash of the content.

    In a checkout, changed files are read again when a page is requested.
    """

    _KINDS = (".css", ".js", ".json", ".png", ".svg", ".txt", ".webmanifest", ".woff2", ".ico")
    _NOT = ("package.json", "package-lock.json", "tsconfig.json")

    def __init__(self, folder: Path, *, before: str = "") -> None:
        """`before`: the path of the public address, which stands before those of the files."""
        self._folder = folder
        self._before = before
        self._watched = (folder / "build.py").exists()
        self._looked_at = time.monotonic()
        self._stamps: dict[Path, int] = {}
        self._files: dict[str, File] = {}
        self._pages: dict[str, File] = {}
        self._bundled: dict[str, str] = {}  # by module of the phone's page, the file that it lies in
        self.hash = ""
        self._read()

    def page(self, name: str) -> File | None:
        """An HTML page, with hashed addresses of the files that it loads; None for an unknown page."""
        now = time.monotonic()
        if self._watched and now - self._looked_at > LOOK:
            self._looked_at = now
            with contextlib.suppress(OSError):  # a file was removed meanwhile: the next check is soon
                self._read()
        return self._pages.get(name)

    def get(self, path: str) -> File | None:
        """A file by its path under static/, or None."""
        return self._files.get(path)

    def _read(self) -> None:
        stamps = {path: path.stat().st_mtime_ns for path in self._found()}
        if stamps == self._stamps:
            return
        files = dict(self._files)
        restyled = any(self._stamps.get(path) != stamp for path, stamp in stamps.items() if path.suffix == ".css")
        for path, stamp in stamps.items():
            name = path.relative_to(self._folder).as_posix()
            changed = self._stamps.get(path) != stamp or (restyled and path.suffix == ".css")
            if path.suffix != ".html" and changed:
                files[name] = _file(path.suffix, self._sent(path))
        names = {path.relative_to(self._folder).as_posix() for path in stamps}
        self._files = {name: file for name, file in files.items() if name in names}
        whole = hashlib.sha256()
        for name, file in sorted(self._files.items()):
            whole.update(name.encode() + b"\0" + hashlib.sha256(file.plain).digest())
        self.hash = whole.hexdigest()[:16]
        self._bundled = self._bundle()
        self._pages = {
            path.stem: self.made(path.read_text(encoding="utf-8")) for path in stamps if path.suffix == ".html"
        }
        self._stamps = stamps

    def _sent(self, path: Path) -> bytes:
        """A file's bytes as they are sent."""
        name = path.relative_to(self._folder)
        if path.suffix == ".js" and (LIBRARIES not in name.parts or name.as_posix().startswith(BUNDLE)):
            return without_comments(path.read_bytes())
        return _whole(path)

    def _bundle(self) -> dict[str, str]:
        """By module, the file of the bundle; empty where there is none, or where a module was changed since."""
        try:
            made = json.loads((self._folder / BUNDLE / "bundle.json").read_bytes())
            same = not self._watched or all(
                hashlib.sha256((self._folder / name).read_bytes()).hexdigest() == known["sha256"]
                for name, known in made.items()
            )
        except (OSError, ValueError):
            return {}
        return {name: BUNDLE + known["file"] for name, known in made.items()} if same else {}

    def _in_few_files(self, page: str) -> str:
        """A page that loads the phone's modules, or what is fetched ahead for it, from the files of the bundle."""
        loaded: set[tuple[str, str]] = set()

        def once(found: re.Match[str]) -> str:
            file = self._bundled.get(found[2])
            if file is None:
                return found[0]
            again = (found[1], file) in loaded
            loaded.add((found[1], file))
            return "" if again else found[0].replace(found[2], file)

        return LOADS.sub(once, page)

    def _found(self) -> list[Path]:
        found: list[Path] = []
        for folder, folders, names in os.walk(self._folder):
            folders[:] = [name for name in folders if name != "node_modules" and name[0] != "."]
            for name in names:
                suffix = os.path.splitext(name)[1]
                page = suffix == ".html" and folder == str(self._folder)
                if page or (suffix in self._KINDS and name not in self._NOT and name[0] != "."):
                    found.append(Path(folder, name))
        return found

    def made(self, page: str) -> File:
        """A page with hashed addresses, and with the texts inside if it has an element for them."""
        if 'data-page="phone"' in page:
            page = self._in_few_files(page)
        else:
            page = AHEAD.sub(lambda found: self._in_few_files(found[0]), page)
        made = page.replace('"/', f'"{self._before}/').replace("/static/", f"/static/{self.hash}/")
        texts = {lang: file.plain.decode() for lang in LANGUAGES if (file := self._files.get(f"text/{lang}.json"))}
        if texts:
            # As JSON inside the page, the texts need no request. `</` is escaped, so that no text ends the element.
            said = ",".join(f'"{lang}":{text}' for lang, text in texts.items()).replace("</", "<\\/")
            made = made.replace(TEXTS_TAG, TEXTS_TAG.replace("><", f">{{{said}}}<"))
        return _file(".html", made.encode())


def without_comments(module: bytes) -> bytes:
    """A module without most of its comments, which are for who reads the code; all else stays in its line."""
    return COMMENTS.sub(lambda found: b"\n" * found[0].count(b"\n"), module)


def _whole(path: Path) -> bytes:
    """A file's bytes; those of a stylesheet with what it imports in place of each import."""
    data = path.read_bytes()
    if path.suffix != ".css":
        return data
    return IMPORT.sub(lambda found: (path.parent / found[1].decode()).read_bytes(), data)


def _file(suffix: str, data: bytes) -> File:
    kind = {
        ".js": "text/javascript",
        ".woff2": "font/woff2",
        ".webmanifest": "application/manifest+json",
    }.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    text = kind.startswith("text/") or suffix in (".json", ".svg", ".webmanifest")
    packed = gzip.compress(data, 9, mtime=0) if text else None
    smaller = packed is not None and len(packed) < len(data)
    return File(f"{kind}; charset=utf-8" if text else kind, data, packed if smaller else None)
