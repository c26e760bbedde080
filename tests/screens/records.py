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
    await page.evaluate(COMMON, {"root": root, "method": method.raw, "lang": lang, "texts": texts})
    await page.evaluate((HERE / f"{name}_records.js").read_text("utf-8"), given)
