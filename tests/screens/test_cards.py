"""Cards on the screens (D1-D6): drawn in a ring, taken by one of two who tap at once, told about, and their pictures.

What may not live here: anything a person in the room could not do, and where cards lie in the gallery (cards.test.mjs).
"""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

PS = Method("perspektivsamtale")
LOW = {"width": 360, "height": 640}
LONG = "Arbejdsmiljørepræsentanternes overenskomstforhandlinger fylder mere, end vi når at tale om i hverdagen"


def picks(person: Person) -> Locator:
    """The cards that lie open on a phone."""
    return person.page.locator(".card-pick")


async def collisions(wall: Person) -> list[str]:
    """Cards of the gallery that lie over another or end outside the picture, and names that a card's text covers."""
    found: list[str] = await wall.page.evaluate(
        """() => {
          const box = (el) => el.getBoundingClientRect();
          const board = box(document.querySelector('board-stage'));
          const cards = [...document.querySelectorAll('board-stage .deck-card')].map((el) => [el.innerText, box(el)]);
          const names = [...document.querySelectorAll('board-stage .deck-by')].map(box);
          const words = [...document.querySelectorAll('board-stage .note.deck-card')].map((el) => {
            const range = document.createRange();
            range.selectNodeContents(el.querySelector('[dir]') ?? el);
            return [el.innerText, range.getBoundingClientRect()];
          });
          const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 1 && b.top < a.bottom - 1;
          const after = (at, a) => cards.slice(at + 1).filter(([, b]) => over(a, b));
          return [
            ...cards.flatMap(([text, a], at) => after(at, a).map(([other]) => `${text} lies over ${other}`)),
            ...cards.filter(([, a]) => a.bottom > board.bottom + 2).map(([text]) => `${text} ends below`),
            ...words.filter(([, a]) => names.some((b) => over(a, b))).map(([text]) => `${text} covers a name`),
          ];
        }"""
    )
    return found


async def test_D4_D5_cards_go_round_two_tap_one_and_a_long_joker_is_told(crowd: Crowd) -> None:
    lead, anna, bo, carl = await plays.gather(crowd, PS, anna=LOW, bo=LOW, carl=LOW)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await lead.named("Udfordringer i samarbejde").click()
    await expect(lead.page.locator(".deck-sort li").first).to_be_visible()
    assert await barriers(lead, "prepare") == []
    await plays.go_through(lead, PS, "welcome", "cards")

    # Who is first draws on a phone; all see the card, and its text is on no phone cut by the bar below.
    people = {"Anna": anna, "Bo": bo, "Carl": carl}
    seats = lead.page.locator(".ring-list button")
    await expect(seats).to_have_count(3)
    ring = [people[str(await seats.nth(at).inner_text()).strip()] for at in range(3)]
    first, second, third = ring
    await first.press("card.draw")
    card = await first.page.locator(".big-card").inner_text()
    for person in (wall, second, third):
        await person.sees(card)
    await expect(wall.page.locator(".deck-arrow")).to_have_count(2)
    assert await barriers(first, "draw") == []
    assert await barriers(wall, "draw") == []
    await second.reads("card.when_free")
    # What comes next stands out on the console: a tap on the next card would take this one from the talk.
    standing = lead.page.locator(".turn-box .button.main")
    await expect(standing).to_have_text(lead.t("console.card.free"))
    await first.press("card.free")
    await expect(standing).to_contain_text(second.name.title())
    await second.reads("card.is_free")
    await second.misses(second.t("card.when_free"))

    # The word is given out of turn: the arrow would go through a name.
    await lead.named(third.name.title()).locator("visible=true").first.click()
    await third.press("card.draw")
    await wall.sees(await third.page.locator(".big-card").inner_text())

    # Two take the same card at once: one has it, the other sees who.
    await plays.go_on(lead, PS.round("gallery"))
    wanted = await picks(anna).first.locator("span").first.inner_text()
    await expect(picks(bo).filter(has_text=wanted)).to_be_visible()
    await asyncio.gather(*(picks(one).filter(has_text=wanted).dispatch_event("click") for one in (anna, bo)))
    by = wall.page.locator(".deck-by strong")
    await expect(by).to_have_count(1)
    holder, loser = (anna, bo) if str(await by.inner_text()) == "Anna" else (bo, anna)
    await holder.reads("gallery.yours")
    await expect(picks(loser).filter(has_text=wanted)).to_contain_text(
        loser.t("gallery.taken_by", name=holder.name.title())
    )
    assert await barriers(loser, "gallery") == []

    # A joker lies face down on the wall, and moves no card.
    spot = wall.page.locator(".note.deck-card").last
    before = await spot.bounding_box()
    await carl.press("gallery.joker")
    await plays.write(carl, LONG)
    await expect(by).to_have_count(2)
    await wall.misses(LONG)
    assert await spot.bounding_box() == before

    # Whoever waits sees the card that is to be told about; the joker is turned, whole and over nothing.
    await plays.go_on(lead, PS.round("tell"))
    await holder.reads("gallery.yours")
    await expect(holder.page.locator(".big-card")).to_have_text(wanted)
    # A joker that nobody has turned yet is told before the round is left: nothing turns it later.
    face_down = lead.t("console.left.jokers", n=1, names="Carl")
    await lead.press("console.next", title=PS.round("close"))
    await expect(lead.dialog()).to_contain_text(face_down)
    await lead.press("console.stay", within=lead.dialog())
    await plays.give_word(lead, "Carl")
    assert await barriers(carl, "tell") == []
    # What stands beside the joker is not held back when it was turned a moment ago.
    await carl.press("tell.turn")
    await carl.press("tell.done")
    await expect(carl.button("tell.done")).to_have_count(0)
    await plays.give_word(lead, "Carl")
    await bo.sees(LONG)
    await plays.give_word(lead, holder.name.title())
    await expect(wall.page.locator(".deck-hidden")).to_have_count(0)
    await expect(wall.page.locator(".telling")).to_have_count(0)
    assert await collisions(wall) == []
    assert await barriers(wall, "tell") == []
    await crowd.shot(lead, wall, anna, bo, carl)
    await holder.press("tell.done")
    await plays.is_now(lead, holder.name.title(), "console.turn.done")

    # The yield is what stands on the wall when they agree who tells the leader.
    await lead.press("console.next", title=PS.round("close"))
    await expect(lead.dialog()).to_contain_text(lead.t("console.left.turns", n=2))
    await expect(lead.dialog()).not_to_contain_text(face_down)
    await lead.press("console.next_anyway", title=PS.round("close"))
    await expect(lead.page.get_by_role("heading", name=PS.round("close"), exact=True, level=1)).to_be_visible()
    theme = wall.page.locator(".wall-kicker")
    await expect(theme).to_contain_text("Udfordringer i samarbejde")
    await plays.go_on(lead, PS.round("harvest"))
    # The theme is that of the cards: a round about another sheet is not named by it.
    await expect(theme).not_to_contain_text("Udfordringer i samarbejde")
    await lead.press("pick.this", lane=PS.lane("points"), text=wanted)
    await plays.go_on(lead, PS.round("briefing"))
    await wall.sees(PS.lane("points"), wanted)
