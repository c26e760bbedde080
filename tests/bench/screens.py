"""How smoothly real screens draw: frames of a wall while notes are dragged, and a phone's way in over a slow network.

Headless Chromium, which draws without a graphics card, beside the server on the same cores. Times are printed and never
judged: compare them within one run. What may not live here: any time that something fails by.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from tests.machine.talk import Tab, call, join
from tests.screens.conftest import FLAGS
from tests.screens.house import House
from tests.screens.texts import texts

METHODS = Path(__file__).parent / "methods"
NOTES, WRITERS, DRAGGING = 150, 15, 5
HERTZ = 20  # positions a second of each who drags
YEARS = 10
SLOWER = (1, 4)  # how many times slower than this machine the screen's CPU is
TEXT = "Vi flyttede ind i det nye hus midt i en travl uge, og ingen vidste, hvor tingene lå"
# What browsers' own tools call a slow mobile network of the fourth generation.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_474.56 * 1024 / 8,
    "uploadThroughput": 675 * 1024 / 8,
}
# The times of the frames that were drawn, and of the long tasks meanwhile.
FRAMES = """async (seconds) => {
  const tasks = []
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)))
  watch.observe({ type: 'longtask' })
  const frames = []
  await new Promise((done) => {
    const end = performance.now() + seconds * 1000
    const step = (now) => {
      frames.push(now)
      if (now < end) requestAnimationFrame(step)
      else done()
    }
    requestAnimationFrame(step)
  })
  watch.disconnect()
  return { frames, tasks }
}"""

Figures = dict[str, Any]


def measure(*, quick: bool = False) -> Figures:
    """A wall's frames a second, 99th percentile gap and longest task (ms); a phone's seconds, requests and bytes."""
    return asyncio.run(_measured(notes=15 if quick else NOTES, seconds=1.5 if quick else 8.0))


def show(figures: Figures) -> None:
    """Print them as two tables."""
    print(f"\nScreens: a wall (1920 x 1080) with {figures['notes']} notes on a timeline, {DRAGGING} people drag")
    for one in figures["wall"]:
        print(
            f"  CPU {one['slower']} x slower   {one['fps']:5.1f} frames a second   gap p99 {one['gap']:6.1f} ms   "
            f"longest task {one['task']:6.1f} ms   positions sent {one['sent']}"
        )
    print("A phone over slow 4G, from the QR code's link")
    for one in figures["phone"]:
        print(
            f"  CPU {one['slower']} x slower   the door after {one['door']:.2f} s   the text box {one['box']:.2f} s "
            f"after the press   {one['requests']} requests, {one['bytes'] / 1024:.0f} KB"
        )


async def _measured(*, notes: int, seconds: float) -> Figures:
    with tempfile.TemporaryDirectory(prefix="tavle-bench-") as folder:
        house = await asyncio.to_thread(House, Path(folder), TAVLE_METHODS=str(METHODS))
        try:
            async with _chromium() as browser:
                return {
                    "notes": notes,
                    "wall": [await _wall(browser, house.base, notes, seconds, slower) for slower in SLOWER],
                    "phone": [await _phone(browser, house.base, slower) for slower in SLOWER],
                }
        finally:
            await asyncio.to_thread(house.stop)


@contextlib.asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        path = os.environ.get("TAVLE_CHROMIUM") or shutil.which("chromium")
        browser = await play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


async def _workshop(base: str, method: str) -> Any:
    made = await call(base, "/api/workshops", body={"method": method})
    assert made.status == 201, made.body
    return made.json


async def _line_to(page: Page, slower: int) -> CDPSession:
    """The browser's debugging connection of a page, whose CPU is made slower."""
    line = await page.context.new_cdp_session(page)
    await line.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return line


async def _wall(browser: Browser, base: str, notes: int, seconds: float, slower: int) -> Figures:
    made = await _workshop(base, "line")
    lead = await Tab(base, made["board"], made["token"]).open()
    assert await lead.do("round", to="open") == ""
    people = []
    for number in range(WRITERS):
        way = await join(base, made["code"], name=f"Telefon {number + 1}")
        people.append(await Tab(base, way["board"], way["token"]).open())
    chance = random.Random(1)
    lanes = sorted(lane["id"] for lane in lead.view["sheet:timeline"]["lanes"] if "scale" in lane)[-YEARS:]
    each: list[list[str]] = [[] for _ in people]
    for number in range(notes):
        who = number % WRITERS
        words = TEXT[: chance.randint(12, len(TEXT))]
        place = {"sheet": "timeline", "lane": chance.choice(lanes), "marks": {"effect": chance.choice(("up", "down"))}}
        each[who].append(await people[who].write(words, **place))
    context = await browser.new_context(viewport={"width": 1920, "height": 1080})
    page = await context.new_page()
    await page.goto(await _link(base, made, "wall"))
    await page.wait_for_function("(n) => document.querySelectorAll('.paper-chip, .note').length >= n", arg=notes)
    await _line_to(page, slower)
    dragging = asyncio.gather(*(_drag(people[i], each[i][0], seconds + 1, i) for i in range(DRAGGING)))
    seen = await page.evaluate(FRAMES, seconds)
    sent = await dragging
    await context.close()
    for tab in [lead, *people]:
        await tab.close()
    gaps = [b - a for a, b in zip(seen["frames"], seen["frames"][1:], strict=False)]
    return {
        "slower": slower,
        "fps": 1000 / statistics.mean(gaps),
        "gap": statistics.quantiles(gaps, n=100)[98],
        "task": max(seen["tasks"], default=0.0),
        "sent": sum(sent),
    }


async def _phone(browser: Browser, base: str, slower: int) -> Figures:
    """The way in as it is with an empty cache: the link's page, a name, the workshop's text box."""
    t = texts("da")
    made = await _workshop(base, "fremtidsvaerksted")
    lead = await Tab(base, made["board"], made["token"]).open()
    assert await lead.do("round", to="critique") == ""
    context = await browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, locale="da-DK")
    page = await context.new_page()
    line = await _line_to(page, slower)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW_4G)
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    link = await _link(base, made, "url")
    began = time.perf_counter()
    await page.goto(link, wait_until="commit")
    name = page.get_by_label(t("join.name"))
    await name.wait_for()
    door = time.perf_counter() - began
    await name.fill("Anna")
    began = time.perf_counter()
    await page.get_by_role("button", name=t("join.go")).click()
    await page.locator("textarea").first.wait_for()
    box = time.perf_counter() - began
    await page.wait_for_load_state("networkidle")
    await context.close()
    await lead.close()
    return {"slower": slower, "door": door, "box": box, "requests": len(sizes), "bytes": sum(sizes)}


async def _link(base: str, made: Any, which: str) -> str:
    """One of the door's links: `url` for participants, `wall`."""
    door = await call(base, f"/api/board/{made['board']}/door", token=made["token"])
    assert door.status == 200, door.body
    return str(door.json[which])


async def _drag(tab: Tab, note: str, seconds: float, number: int) -> int:
    """Drag a note round in circles; how many positions were sent."""
    loop = asyncio.get_running_loop()
    end, sent = loop.time() + seconds, 0
    while loop.time() < end:
        angle = sent / HERTZ * 2 + number
        await tab.send(["drag", note, 0.5 + 0.3 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)])
        sent += 1
        await asyncio.sleep(1 / HERTZ)  # the pace of a finger, which is played
    await tab.send(["drag", note, None, None])
    return sent
