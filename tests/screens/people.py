"""The people in a browser test: each has a browser context, and uses only what a person can see and operate.

Acts go by role and name only. Everything that reaches a browser is told to the leak recorder.
What may not live here: a way round the screens: no test route, no store, no op sent by hand.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import shutil
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    WebSocket,
    expect,
)

from tests.screens.house import House
from tests.screens.leaks import Leaks, Piece
from tests.screens.texts import Texts, texts

WALL = {"width": 1920, "height": 1080}
DESK = {"width": 1440, "height": 900}
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 360, "height": 740}
BAD = re.compile(r"content security policy|refused to|trusted ?type", re.IGNORECASE)

PATIENCE = 12_000  # ms: a guard against hanging
expect.set_options(timeout=PATIENCE)


@dataclass(eq=False)
class Person:
    """Somebody at a screen."""

    name: str
    context: BrowserContext
    page: Page
    t: Texts
    crowd: Crowd = field(repr=False)

    # -- eyes --

    def text(self, words: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        return self.page.get_by_text(words, exact=exact)

    async def sees(self, *words: str | re.Pattern[str]) -> None:
        """Each of these stands on the screen, or comes to within the time one would wait."""
        for word in words:
            await expect(self.text(word).locator("visible=true").first, f"{self.name} sees {word!r}").to_be_visible()

    async def misses(self, *words: str | re.Pattern[str]) -> None:
        """None of these stands on the page, not even hidden."""
        for word in words:
            await expect(self.text(word), f"{self.name} does not see {word!r}").to_have_count(0)

    async def reads(self, key: str, **given: Any) -> None:
        """A text of the page stands on the screen; vars that are not given may be anything."""
        found = self.text(self.t.pattern(key, **given)).locator("visible=true").first
        await expect(found, f"{self.name} reads {key}").to_be_visible()

    # -- hands --

    def button(self, key: str, *, starts: bool = False, within: Locator | None = None, **given: Any) -> Locator:
        """A button by its text's key."""
        return (within or self.page).get_by_role("button", name=self.t.pattern(key, starts=starts, **given))

    def named(self, words: str | re.Pattern[str], role: Any = "button", *, exact: bool = True) -> Locator:
        """Something to press by its name."""
        return self.page.get_by_role(role, name=words, exact=exact)

    def field(self, key: str, *, starts: bool = False) -> Locator:
        """A field by its label's key."""
        return self.page.get_by_label(self.t.pattern(key, starts=starts)).locator("visible=true")

    def dialog(self) -> Locator:
        """The open dialog."""
        return self.page.get_by_role("dialog")

    async def press(self, key: str, *, starts: bool = False, within: Locator | None = None, **given: Any) -> None:
        """Press a button."""
        await self.button(key, starts=starts, within=within, **given).click()

    async def choose(self, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        """Tap one of several choices; what is drawn over the round dot is part of its label."""
        dot = self.page.get_by_role("radio", name=name, exact=exact)
        await dot.check(force=True)

    async def speak(self) -> None:
        """Choose one's language on the page, as a page is Danish until somebody says otherwise."""
        name = {"da": "Dansk", "en": "English"}[self.t.lang]
        await self.page.get_by_role("button", name=name, exact=True).click()
        await expect(self.page.locator("html")).to_have_attribute("lang", self.t.lang)

    async def overflow(self) -> int:
        """How many px the page is wider than its window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


class Crowd:
    """Everybody in a test, what they were sent, what their browsers complained of, and pictures of their screens."""

    def __init__(self, browser: Browser, house: House, folder: Path) -> None:
        self.house = house
        self.leaks = Leaks()
        self.leaks.logs.append(house.log)
        self.people: dict[str, Person] = {}
        self.complaints: list[str] = []
        self.expected: list[str] = []
        self.base = house.base
        self._browser = browser
        self._folder = folder
        self._shot = 0
        self._reading: set[asyncio.Task[Any]] = set()
        self._of: dict[Page, list[asyncio.Task[Any]]] = {}  # what is being read of a page
        shutil.rmtree(folder, ignore_errors=True)

    async def enters(
        self, name: str, size: dict[str, int] = PHONE, *, lang: str = "da", touch: bool = False, **more: Any
    ) -> Person:
        """A new browser, with an empty page; it is set to English, as machines at work often are."""
        context = await self._browser.new_context(
            viewport=size, locale="en-US", has_touch=touch, accept_downloads=True,
            base_url=self.base, **more,
        )  # fmt: skip
        return await self.meets(name, context, lang=lang)

    async def meets(self, name: str, context: BrowserContext, *, lang: str = "da") -> Person:
        """Somebody with an empty page in a browser that is there already."""
        context.set_default_timeout(PATIENCE)
        context.on("response", lambda response: self._response(name, response))
        context.on("console", lambda message: self._said(name, message))
        context.on("weberror", lambda error: self.complaints.append(f"{name}: {error.error}"))
        context.on("page", lambda page: self._watch(name, page))
        page = await context.new_page()
        await self._listen(name, page)
        made = Person(name, context, page, texts(lang), self)
        self.people[name] = made
        return made

    async def phone(self, name: str, size: dict[str, int] = PHONE, **more: Any) -> Person:
        """A phone: narrow, and touched."""
        return await self.enters(name, size, touch=True, **more)

    async def shot(self, *people: Person) -> None:
        """Keep how the screens look now."""
        self._shot += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        for person in people or [one for one in self.people.values() if not one.page.is_closed()]:
            file = self._folder / f"{self._shot:02}-{person.name}.png"
            await person.page.screenshot(path=file, animations="disabled")

    def expect_noise(self, *patterns: str) -> None:
        """Complaints of the browser that this test brings about itself, such as a refused code's 404."""
        self.expected += patterns

    async def leave(self) -> None:
        """Read what is still to be read, and close the browsers."""
        while self._reading:
            # A page that was left in the middle of an answer may never say what it was: then it showed it to nobody.
            _, unanswered = await asyncio.wait(self._reading, timeout=PATIENCE / 1000)
            for task in unanswered:
                task.cancel()
        for person in self.people.values():
            await person.context.close()

    def check(self) -> None:
        """No browser complained, none asked another house for anything, nothing leaked."""
        hosts = {urlsplit(self.base).netloc, urlsplit(self.house.base).netloc, ""}
        elsewhere = [
            f"{piece.who}: {piece.data.decode()}"
            for piece in self.leaks.pieces
            if piece.kind == "address" and urlsplit(piece.data.decode()).netloc not in hosts
        ]
        assert not elsewhere, f"asked another house: {elsewhere}"
        unexpected = [line for line in self.complaints if not any(re.search(known, line) for known in self.expected)]
        assert not unexpected, "the browsers complained:\n" + "\n".join(unexpected)
        self.leaks.settle()

    # -- recording --

    def _said(self, name: str, message: ConsoleMessage) -> None:
        if message.type == "error" or BAD.search(message.text):
            self.complaints.append(f"{name}: {message.text} ({message.location.get('url', '')})")

    def _watch(self, name: str, page: Page) -> None:
        page.on("websocket", lambda socket: self._socket(name, socket))
        # A dead page is asked in vain what it was sent: it never answers.
        page.on("crash", lambda page: [task.cancel() for task in self._of.pop(page, [])])

    def _socket(self, name: str, socket: WebSocket) -> None:
        self.leaks.add(Piece(name, "address", "out", socket.url.encode()))

        def note(way: str, payload: bytes | str) -> None:
            data = payload.encode() if isinstance(payload, str) else payload
            self.leaks.add(Piece(name, "frame", way, data))

        socket.on("framereceived", lambda payload: note("in", payload))
        socket.on("framesent", lambda payload: note("out", payload))

    async def _listen(self, name: str, page: Page) -> None:
        """Read every answer of the API on its way in: a page that goes on at once forgets what it was answered."""
        line = await page.context.new_cdp_session(page)
        await line.send("Fetch.enable", {"patterns": [{"urlPattern": "*/api/*", "requestStage": "Response"}]})

        async def paused(event: dict[str, Any]) -> None:
            request = {"requestId": event["requestId"]}
            if event.get("responseStatusCode"):
                got = await line.send("Fetch.getResponseBody", request)
                body = base64.b64decode(got["body"]) if got["base64Encoded"] else got["body"].encode()
                self.leaks.add(Piece(name, "body", "in", body, event["request"]["url"]))
            await line.send("Fetch.continueRequest", request)

        line.on("Fetch.requestPaused", lambda event: self._later(_quietly(paused(event), None)))

    def _response(self, name: str, response: Response) -> None:
        reading = self._later(self._read(name, response))
        with contextlib.suppress(Error):  # it belongs to no page yet, or no more
            self._of.setdefault(response.frame.page, []).append(reading)

    def _later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)
        return task

    async def _read(self, name: str, response: Response) -> None:
        request = response.request
        if not response.url.startswith(("http:", "https:", "ws:", "wss:")):
            return
        address = response.url.partition("#")[0]
        self.leaks.add(Piece(name, "address", "out", address.encode()))
        heads = await _quietly(response.all_headers(), {})
        head = "\n".join(f"{key}: {value}" for key, value in heads.items())
        self.leaks.add(Piece(name, "head", "in", head.encode(), address))
        # What the API answers is read on its way in, and our own files say nothing of anybody: fetching dozens of them
        # once more from the browser, for every page, would cost more than the tests themselves.
        if "/static/" not in address and "/api/" not in address:
            self.leaks.add(Piece(name, "body", "in", await _quietly(response.body(), b""), address))
        if request.post_data_buffer:
            self.leaks.add(Piece(name, "body", "out", request.post_data_buffer, address))


async def _quietly(reading: Awaitable[Any], otherwise: Any) -> Any:
    """A body that the browser no longer has (a page was left) is no fault of the page."""
    try:
        return await reading
    except Exception:
        return otherwise


async def all_see(words: str | re.Pattern[str], *people: Person) -> None:
    await asyncio.gather(*(person.sees(words) for person in people))


async def none_see(words: str | re.Pattern[str], *people: Person) -> None:
    await asyncio.gather(*(person.misses(words) for person in people))
