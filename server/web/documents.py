"""The documents under server/docs, with what this installation has set: days until deletion, its notice and contact.

What may not live here: HTML (prose.py).
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from server.settings import Settings

log = logging.getLogger("tavle.pages")

DOCS = Path(__file__).parent.parent / "docs"
KEEPER = {"da": "den, der driver Tavle hos jer", "en": "whoever runs Tavle where you are"}
CONTACT = {"da": "Spørgsmål om jeres data", "en": "Questions about your data"}


class Documents:
    """The documents of one installation, as Markdown.

    The notice is read anew for each page, so that it may be changed while Tavle runs; while its file cannot be read,
    the page has what stood in it last.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._notices = dict.fromkeys(KEEPER, "")  # by language: what was read last
        self._unread = False  # that it was told that the notice cannot be read
        for lang in self._notices:
            self._read_notice(lang)

    def text(self, name: str, *, lang: str) -> str | None:
        """A document in a language; None when there is none of that name."""
        try:
            text = (DOCS / f"{name}.{lang}.md").read_text(encoding="utf-8")
        except OSError:
            return None
        text = text.replace("{days}", str(self._settings.retention_days))
        text = text.replace("{programme_days}", str(self._settings.programme_days))
        text = text.replace("{contact}", self._settings.contact or KEEPER[lang])
        return re.sub(r"^\{notice\}\n+", lambda _: self._notice(lang), text, flags=re.MULTILINE)

    def _notice(self, lang: str) -> str:
        """What the organisation itself says; empty when it says nothing."""
        parts = []
        if said := self._read_notice(lang):
            parts.append(re.sub(r"^#(?=#? )", "##", said, flags=re.MULTILINE))  # the page has its own first heading
        if self._settings.contact:
            parts.append(f"**{CONTACT[lang]}:** {self._settings.contact}")
        return "".join(f"{part}\n\n" for part in parts if part)

    def _read_notice(self, lang: str) -> str:
        """The notice in that language, or in the only one there is; empty for none."""
        file = self._settings.notice
        if file is None:
            return ""
        theirs = file.with_suffix(f".{lang}{file.suffix}")
        try:
            text = (theirs if theirs.is_file() else file).read_text(encoding="utf-8", errors="replace").strip()
        except OSError as problem:
            if not self._unread:
                self._unread = True
                log.warning(
                    "the notice %s cannot be read (%s): the page about data protection shows what stood in it last",
                    file,
                    problem.strerror,
                )
        else:
            self._unread = False
            self._notices[lang] = text
        return self._notices[lang]
