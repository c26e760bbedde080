"""Steps that all played workshops share: starting, joining, going on, downloading. Through visible controls only.

What may not live here: a check that belongs to one method.
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import segno
from PIL import Image
from playwright.async_api import Locator, expect
from pypdf import PdfReader

from tests.screens.people import DESK, WALL, Crowd, Person
from tests.screens.texts import Method


async def start(crowd: Crowd, method: Method, *, leader: str = "", venue: str = "", key: str = "") -> Person:
    """A facilitator starts a workshop from the front page: one tap on the method, one on start.

    From another computer the house key is asked for, and only then.
    """
    lead = await crowd.enters("console", DESK, lang=method.lang)
    await lead.page.goto("/")
    if method.lang != "da":
        await lead.speak()
    await choose(lead, method)
    await lead.sees(method.leader_question)
    if venue:
        await lead.page.locator("details", has=lead.page.locator("#venue")).locator("summary").click()
        await lead.field("start.venue").fill(venue)
    if leader:
        await lead.choose(lead.t.pattern(f"leader.{leader}", starts=True))
        await lead.sees(method.leader(leader))
    await crowd.shot(lead)
    await lead.press("start.go")
    if key:
        await lead.reads("error.need_key")
        await lead.field("start.key").fill(key)
        await lead.press("start.go")
    await lead.page.wait_for_url("**/console/*")
    await lead.sees(method.round(method.raw["rounds"][0]["id"], "say"))
    return lead


async def meeting(lead: Person) -> str:
    """Those who lead a programme begin a meeting; its three words."""
    await lead.press("sitting.begin")
    await lead.reads("sitting.on")
    return await words_of_meeting(lead)


async def words_of_meeting(lead: Person) -> str:
    """The three words of the meeting that goes on, as the console shows them."""
    return await lead.page.locator(".sitting strong").inner_text()


async def shown_wall(crowd: Crowd, lead: Person) -> Person:
    """The wall that the console opens."""
    async with lead.context.expect_page() as opened:
        await lead.press("console.show_wall")
    return await wall(crowd, (await opened.value).url)


async def choose(person: Person, method: Method) -> None:
    """On the front page, tap the row of the method's question; what may be done with it opens."""
    row = person.page.locator(".workshop-row").filter(has=person.page.get_by_text(method.title, exact=True))
    await row.click()
    await expect(row).to_have_attribute("aria-expanded", "true")


async def gather(crowd: Crowd, method: Method, **phones: dict[str, int]) -> tuple[Person, ...]:
    """A facilitator, and people whose phones are so large: they came in by the three words, each with a name.

    Their names are those of the arguments: `anna` is Anna.
    """
    lead = await start(crowd, method)
    code = (await links(lead))["code"]
    people = [await crowd.phone(name, size) for name, size in phones.items()]
    for person in people:
        await join_by_code(person, code, name=person.name.title())
    return lead, *people


async def links(lead: Person) -> dict[str, str]:
    """The wall's and the listeners' links, as the console's door shows them; and the three words."""
    await open_door(lead)
    door = lead.dialog()
    found = {
        "wall": await door.get_by_label(lead.t("console.wall_link"), exact=True).input_value(),
        "listen": await door.get_by_label(lead.t("console.listen_link"), exact=True).input_value(),
    }
    words = await door.get_by_text(re.compile(r"^\s*\w+·\w+·\w+\s*$")).first.inner_text()
    await lead.press("console.shut", within=door)
    return {**found, "code": words.strip()}


async def open_door(lead: Person) -> None:
    """Open the door's dialog: the button says how the door stands."""
    await lead.page.get_by_role("button", name=lead.t.pattern("console.door_open", ends=True)).click()
    await expect(lead.dialog()).to_be_visible()


async def wall(crowd: Crowd, link: str, *, lang: str = "da", name: str = "wall") -> Person:
    """The wall, opened by its link on the screen at the front."""
    made = await crowd.enters(name, WALL, lang=lang)
    await made.page.goto(link)
    return made


async def join_by_link(person: Person, link: str, *, name: str = "", home: bool = False) -> None:
    """Come in by a QR code's link."""
    await person.page.goto(link)
    await _come_in(person, name=name, home=home)


async def join_by_code(person: Person, code: str, *, name: str = "", home: bool = False, typed: str = "") -> None:
    """Come in by typing the three words on the front page, in one's own language."""
    await person.page.goto("/")
    if person.t.lang != "da":
        await person.speak()
    await person.field("code.label").fill(typed or code)
    await person.press("code.go")
    await _come_in(person, name=name, home=home)


async def _come_in(person: Person, *, name: str, home: bool) -> None:
    if name:
        await person.field("join.name").fill(name)
    else:
        await expect(person.field("join.name")).to_be_visible()
    if home:
        await person.choose(person.t("join.home"))
    await person.press("join.go")
    await person.page.wait_for_url("**/b/*")


async def reveal(lead: Person, lane: str) -> None:
    """Show everybody the new notes of a lane, by its title in small letters; ends when the server has it.

    Whoever goes on before that is asked about notes that are not shown yet.
    """
    button = lead.button("console.reveal", lane=lane).or_(lead.button("console.reveal_n", lane=lane))
    await button.click()
    await expect(button).to_have_count(0)


async def go_on(lead: Person, title: str, *, confirm: bool = False) -> None:
    """Next round; `confirm` where the console asks first, since somebody is not done."""
    await lead.press("console.next", title=title)
    if confirm:
        await lead.press("console.next_anyway", title=title)
    await expect(lead.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()


async def go_through(lead: Person, method: Method, *rounds: str, confirm: tuple[str, ...] = ()) -> None:
    """Through these rounds, by their ids; before those in `confirm` the console asks first."""
    for name in rounds:
        await go_on(lead, method.round(name), confirm=name in confirm)


async def go_back(lead: Person, title: str) -> None:
    """One round back."""
    await lead.button("console.back", ends=True).click()
    await expect(lead.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()


async def write(person: Person, text: str, *, save: str = "phone.save") -> None:
    """Write a note in the box and save it."""
    await person.page.get_by_role("textbox").locator("visible=true").first.fill(text)
    await person.press(save)


async def take_up(person: Person, text: str) -> None:
    """In one's turn: go through one's drafts, one at a time, to this one."""
    wanted = person.page.locator(".big-note", has_text=text)
    for _ in range(20):
        if await wanted.count():
            return
        shown = await person.page.locator(".big-note").inner_text()
        await person.press("turn.note_after")
        await expect(person.page.locator(".big-note")).not_to_have_text(shown)
    raise AssertionError(f"{person.name} has no draft {text!r}")


async def put_up(person: Person, *, earlier: int = 0, side: str = "up") -> None:
    """In one's turn: step back to the year (the first step is to the last one), say what it did, put it up."""
    for _ in range(earlier + 1):
        await person.press("turn.step_before.years")
    await person.choose(Method("historievaerksted", person.t.lang).side(side), exact=True)
    await person.press("turn.put_up_in.years")


async def fetch(person: Person, key: str, kind: str, folder: Path) -> Path:
    """Take a file home by its button."""
    async with person.page.expect_download() as coming:
        await person.button(key, starts=True).locator("visible=true").first.click()
    download = await coming.value
    assert download.suggested_filename.endswith(f".{kind}"), download.suggested_filename
    file = folder / f"{person.name}.{kind}"
    await download.save_as(file)
    return file


def real_picture(file: Path) -> Image.Image:
    """A picture with something on it."""
    picture = Image.open(BytesIO(file.read_bytes()))
    picture.load()
    assert picture.format == "PNG"
    assert min(picture.size) >= 600, picture.size
    colours = picture.convert("RGB").resize((200, 140)).getcolors(maxcolors=30_000) or []
    assert len(colours) > 20, "the picture is as good as empty"
    return picture


def pdf_text(file: Path) -> str:
    """The words of a poster; those that were broken over two lines are whole.

    pypdf does not read what a glyph stands for in its place (`ActualText`): where the first such letter of a poster has
    a soft hyphen after it, it finds one after each.
    """
    reader = PdfReader(BytesIO(file.read_bytes()))
    assert reader.pages
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return re.sub(r"(?<=\w)[-\u00ad\u2010]+ ?(?=[0-9a-z])", "", words)


def qr(person: Person) -> Locator:
    """The QR code on somebody's screen."""
    return person.page.get_by_role("img", name=person.t("wall.qr"), exact=True).locator("visible=true").first


async def scan(crowd: Crowd, person: Person) -> str:
    """The link in the QR code that stands on somebody's screen, as a phone's camera would read it."""
    await expect(qr(person)).to_be_visible()
    doors = [piece for piece in crowd.leaks.pieces if piece.who == person.name and piece.about.endswith("/door")]
    return str(json.loads([piece for piece in doors if piece.kind == "body" and piece.way == "in"][-1].data)["url"])


async def shows_qr(person: Person, link: str) -> None:
    """The QR code on the screen is that of the link: as large, and with the same dark modules."""
    await expect(qr(person)).to_be_visible()
    drawn = str(await qr(person).evaluate("el => el.querySelector('path').getAttribute('d')"))
    dark = {
        (int(x) + step, int(y)) for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)", drawn) for step in range(int(wide))
    }
    rows = segno.make(link, error="m", micro=False).matrix
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


async def look(*people: Person) -> None:
    """On a phone, go over to the board."""
    for person in people:
        await person.press("phone.tab_board")


async def back_to_mine(*people: Person) -> None:
    """On a phone, come back to one's own part."""
    for person in people:
        await person.press("phone.tab_mine")


def row(lead: Person, name: str) -> Locator:
    """Somebody in the console's list of people."""
    people = lead.page.get_by_role("complementary", name=lead.t("console.tab.people"))
    return people.get_by_role("button", name=re.compile(rf"^\s*{re.escape(name)}"))


async def is_now(lead: Person, name: str, key: str) -> None:
    """The list of people says of somebody: has the floor, has had it, comes back ..."""
    await expect(row(lead, name)).to_contain_text(lead.t(key))


async def give_word(lead: Person, name: str) -> None:
    """Let somebody have the floor, unless it has come to them by itself."""
    if lead.t("console.turn.now") not in await row(lead, name).inner_text():
        await row(lead, name).click()
        await lead.press("console.turn.give", within=lead.dialog(), name=name)
    await is_now(lead, name, "console.turn.now")


async def skip_to(lead: Person, name: str) -> None:
    """Skip for now whoever is called, until somebody has the floor."""
    now = lead.t("console.turn.now")
    people = row(lead, "")
    while now not in await row(lead, name).inner_text():
        called = str(await people.filter(has_text=now).inner_text()).split("\n")[0].strip()
        await lead.press("console.turn.skip")
        await is_now(lead, called, "console.turn.later")


async def host(lead: Person, name: str) -> None:
    """Put somebody without a phone on the list."""
    await lead.press("console.add_person")
    await lead.field("console.host_name").fill(name)
    await lead.press("console.host_add")
    await expect(lead.dialog()).to_be_hidden()


async def close(lead: Person) -> None:
    """Go on to the last round, if there is one more, and close the workshop."""
    more = lead.named(lead.t.pattern("console.next"))
    if await more.count():
        await more.click()
    await lead.press("console.finish")
    await lead.press("console.close_now")
    await lead.reads("console.closed")
