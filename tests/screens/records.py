"""Pages drawn from made-up records (records.js), for tests of how they look and of what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.screens.texts import ROOT, Method

HERE = Path(ROOT, "tests", "screens")
COMMON = (HERE / "records.js").read_text("utf-8")


async def draw(page: Page, name: str, method: Method, *, lang: str = "da", texts: list[str], given: Any) -> None:
    """Have `page` draw itself from the records that {name}_records.js makes of `given`.

    It is loaded already; `texts` are the files of texts that the drawn page needs.
    """
    root = await page.evaluate("document.querySelector('script[type=module]').src.replace('main.js', '')")
    await done(page, COMMON, {"root": root, "method": method.raw, "lang": lang, "texts": texts})
    await done(page, (HERE / f"{name}_records.js").read_text("utf-8"), given)


async def done(page: Page, function: str, given: Any) -> None:
    """Call an async function in the page, and wait until it has ended; raises what it throws.

    The page says when, since Chromium may drop a promise that its debugger waits for ("garbage collected").
    """
    await page.evaluate(
        "(given) => { window.ended = ''; const run = (" + function.strip().removesuffix(";") + ");"
        " run(given).then(() => { window.ended = 'well'; }, (error) => { window.ended = String(error.stack); }); }",
        given,
    )
    ended = await (await page.wait_for_function("() => window.ended")).json_value()
    assert ended == "well", ended
