"""Renders the documents under server/docs as HTML: the part of Markdown that they use, with everything escaped.

Headings, paragraphs, lists, tables, code, **bold**, *italic* and links. Everything else is plain text.

What may not live here: texts of a workshop (the server never makes HTML of them), and raw HTML.
"""

from __future__ import annotations

import re
from html import escape

_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    r"|\*(?P<italic>[^*\s][^*]*)\*"
    r"|\[(?P<label>[^\]]+)\]\((?P<link>[^)\s]+)\)"
)
_ITEM = re.compile(r"(?P<mark>[-*]|\d+\.) +(?P<text>.*)")
_SAFE_LINK = re.compile(r"(https?://|/|#|mailto:)")


def html(markdown: str) -> str:
    """The body of a document as HTML. Headings get an id made from their words."""
    lines = markdown.splitlines()
    parts: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif line.startswith("```"):
            at = _code(parts, lines, at)
        elif line.startswith("#"):
            parts.append(_heading(line))
            at += 1
        elif line.startswith("|"):
            at = _table(parts, lines, at)
        elif _ITEM.match(line):
            at = _list(parts, lines, at)
        else:
            at = _paragraph(parts, lines, at)
    return "\n".join(parts)


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


def inline(text: str) -> str:
    """Inline Markdown as HTML."""
    parts: list[str] = []
    at = 0
    for found in _INLINE.finditer(text):
        parts.append(escape(text[at : found.start()]))
        parts.append(_marked(found))
        at = found.end()
    parts.append(escape(text[at:]))
    return "".join(parts)


def _marked(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "code":
        return f"<code>{escape(found['code'])}</code>"
    if kind == "bold":
        return f"<strong>{inline(found['bold'])}</strong>"
    if kind == "italic":
        return f"<em>{inline(found['italic'])}</em>"
    label, link = inline(found["label"]), found["link"]
    return f'<a href="{escape(link)}">{label}</a>' if _SAFE_LINK.match(link) else label


def _heading(line: str) -> str:
    level = min(6, len(line) - len(line.lstrip("#")))
    words = line.lstrip("#").strip()
    anchor = "-".join(re.findall(r"\w+", words.lower()))
    return f'<h{level} id="{escape(anchor)}">{inline(words)}</h{level}>'


def _code(parts: list[str], lines: list[str], at: int) -> int:
    end = next((i for i in range(at + 1, len(lines)) if lines[i].startswith("```")), len(lines))
    parts.append(f'<pre tabindex="0"><code>{escape(chr(10).join(lines[at + 1 : end]))}</code></pre>')
    return end + 1


def _table(parts: list[str], lines: list[str], at: int) -> int:
    rows: list[list[str]] = []
    while at < len(lines) and lines[at].startswith("|"):
        rows.append([cell.strip() for cell in lines[at].strip().strip("|").split("|")])
        at += 1
    head, *body = [row for row in rows if not all(re.fullmatch(r":?-+:?", c) for c in row)]
    parts.append("<table><thead>" + _row(head, "th") + "</thead><tbody>")
    parts.extend(_row(row, "td") for row in body)
    parts.append("</tbody></table>")
    return at


def _row(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{inline(cell)}</{tag}>" for cell in cells) + "</tr>"


def _list(parts: list[str], lines: list[str], at: int) -> int:
    first = _ITEM.match(lines[at])
    tag = "ol" if first is not None and first["mark"][0].isdigit() else "ul"
    items: list[str] = []
    while at < len(lines):
        found = _ITEM.match(lines[at])
        if found is not None:
            items.append(found["text"])
        elif lines[at].startswith("  ") and lines[at].strip():
            items[-1] += " " + lines[at].strip()
        else:
            break
        at += 1
    parts.append(f"<{tag}>" + "".join(f"<li>{inline(item)}</li>" for item in items) + f"</{tag}>")
    return at


def _paragraph(parts: list[str], lines: list[str], at: int) -> int:
    words: list[str] = []
    while at < len(lines) and lines[at].strip() and not re.match(r"#|\||```", lines[at]):
        if words and _ITEM.match(lines[at]):
            break
        words.append(lines[at].strip())
        at += 1
    parts.append(f"<p>{inline(' '.join(words))}</p>")
    return at


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
