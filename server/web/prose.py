"""Renders the documents under server/docs as HTML pages, by markdown-it, with HTML in them escaped.

What may not live here: texts of a workshop (the server never makes HTML of them), and raw HTML.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_SAFE_LINK = re.compile(r"(https?://|/(?!/)|#|mailto:)")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]
    parser.add_render_rule("fence", _code)
    return parser


def _code(_: object, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'


def html(markdown: str) -> str:
    """The body of a document as HTML. Headings get an id made from their words."""
    env: MutableMapping[str, Any] = {}
    tokens = _PARSER.parse(markdown, env)
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", "-".join(re.findall(r"\w+", words.content.lower())))
    return str(_PARSER.renderer.render(tokens, _PARSER.options, env))


def inline(text: str) -> str:
    """Inline Markdown as HTML."""
    return str(_PARSER.renderInline(text))


def page(markdown: str, *, lang: str) -> str:
    """A document as a complete HTML page, with links to the front page and to its other language."""
    back = "Til forsiden" if lang == "da" else "To the front page"
    return _page(markdown, lang=lang, head=_OUR_HEAD, body_class=' class="about"', back=f'<a href="/">{back}</a> · ')


def lone_page(markdown: str, *, lang: str) -> str:
    """A document as a complete HTML page that loads no other file, with its style inside."""
    return _page(markdown, lang=lang, head=f"<style>{_LONE_STYLE}</style>", body_class="", back="")


def _page(markdown: str, *, lang: str, head: str, body_class: str, back: str) -> str:
    other, its_name = ("en", "English") if lang == "da" else ("da", "Dansk")
    return _PAGE.format(
        lang=lang,
        title=inline(title(markdown)),
        head=head,
        body_class=body_class,
        back=back,
        other=other,
        its_name=its_name,
        body=html(markdown),
    )


def title(markdown: str) -> str:
    """The text of the first heading."""
    found = re.search(r"^# +(.+)$", markdown, re.MULTILINE)
    return found.group(1).strip() if found else ""


_PARSER = _parser()

_OUR_HEAD = """<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/app.css">"""

_LONE_STYLE = """
:root { color-scheme: light dark; --paper: #f5f0e6; --ink: #1e2a2b; --accent: #0e6b5c; --raised: #fbf8f1; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #141c1c; --ink: #edf1ea; --accent: #5cc9b0; --raised: #1b2626; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 16px 22px 60px; overflow-wrap: break-word; }
h1 { margin: 28px 0 14px; font-size: 1.75rem; line-height: 1.2; }
nav a { display: inline-block; padding: 10px 0; color: var(--accent); }
li { margin: 10px 0; }
code { background: var(--raised); border-radius: 5px; padding: 0.05em 0.3em; }
"""

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Tavle</title>
{head}
</head>
<body{body_class}>
<main class="prose">
<nav>{back}<a href="?lang={other}" hreflang="{other}" lang="{other}">{its_name}</a></nav>
{body}
</main>
</body>
</html>
"""
