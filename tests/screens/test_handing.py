"""Handing on what was picked (R42): to a programme of this browser, or by its link; the console says what is there."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.machine.talk import Tab, call, new_workshop
from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, Crowd, Person
from tests.screens.test_picking import FV, take
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = (
    "Vi når ikke at give ordentligt videre ved vagtskiftet, fordi telefonen ringer, "
    "og fordi ingen ved, hvem der har den 📞"
)


def box(lead: Person) -> Locator:
    return lead.page.locator(".handing")


async def lies(crowd: Crowd, programme: dict[str, str]) -> list[str]:
    """What lies in the programme's tray, read over the wire as its console would be."""
    file = await call(crowd.base, f"/api/board/{programme['board']}/export/x.json?lang=da", token=programme["token"])
    (story,) = [sheet for sheet in file.json["sheets"] if sheet["id"] == "story"]
    return sorted(note["text"] for lane in story["lanes"] if lane["id"] == "tray" for note in lane["notes"])


async def test_R42_the_console_hands_on_to_a_programme_of_this_browser_and_to_one_by_its_link(crowd: Crowd) -> None:
    lead, anna, other = await plays.gather(crowd, FV, anna=SMALL, bo=SMALL)
    mine = await new_workshop(crowd.base, "forloeb", title="Godt at gå på arbejde")
    theirs = await new_workshop(crowd.base, "forloeb", title="مستقبلنا معًا ✨")
    # The programme was opened in this browser at some time.
    page = await lead.page.context.new_page()
    await page.goto(f"{crowd.base}/console/{mine['board']}#k={mine['token']}")
    await expect(page.locator(".console-head")).to_be_visible()
    await page.wait_for_function("() => localStorage.getItem('tavle.keys')?.includes('\"keep\":\"programme\"')")
    await page.close()
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, LONG)
    await plays.write(other, "نتعلم من بعضنا البعض")
    await plays.write(anna, "Klokken er altid for mange")
    lane = FV.lane("critique").lower()
    await plays.reveal(lead, lane)
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("realise", "close"))
    await expect(box(lead)).to_have_count(0)
    await take(lead, LONG[:40])
    await take(lead, "بعضنا")

    # -- to the programme of this browser --
    await expect(box(lead)).to_contain_text(lead.t("hand.do", n=2))
    assert await barriers(lead, "before handing on") == []
    await box(lead).scroll_into_view_if_needed()
    await crowd.shot(lead)
    await lead.press("hand.do", n=2, within=box(lead))
    title = "»Godt at gå på arbejde«"
    await expect(box(lead).get_by_role("status")).to_contain_text(lead.t("hand.done", n=2, title=title))
    await expect(box(lead)).to_contain_text(lead.t("hand.all"))
    way = box(lead).get_by_role("link", name=lead.t("hand.open"))
    await expect(way).to_have_attribute("href", f"/console/{mine['board']}")
    await expect(lead.page.locator(".pick-one").get_by_text(lead.t("hand.mark"))).to_have_count(2)
    assert await lies(crowd, mine) == sorted([LONG, "نتعلم من بعضنا البعض"])
    await box(lead).scroll_into_view_if_needed()
    await crowd.shot(lead)

    # -- one more, and another programme, by its link: first one that leads nowhere --
    await take(lead, "Klokken er altid for mange")
    await expect(box(lead)).to_contain_text(lead.t("hand.do", n=1))
    await lead.page.get_by_label(lead.t("hand.which")).select_option(label=lead.t("hand.other"))
    await lead.field("hand.link").fill("https://example.dk/forløb")
    await lead.press("hand.do", n=3, within=box(lead))
    await expect(box(lead).get_by_role("alert")).to_contain_text(lead.t("error.no_programme"))
    crowd.expect_noise("403")
    await lead.field("hand.link").fill(f"{crowd.base}/console/{theirs['board']}#k={'A' * 22}")
    await lead.press("hand.do", n=3, within=box(lead))
    await expect(box(lead).get_by_role("alert")).to_contain_text(lead.t("error.programme_link"))
    await box(lead).scroll_into_view_if_needed()
    await crowd.shot(lead)
    await lead.field("hand.link").fill(f" {crowd.base}/console/{theirs['board']}#k={theirs['token']} ")
    await lead.press("hand.do", n=3, within=box(lead))
    await expect(box(lead).get_by_role("status")).to_contain_text("مستقبلنا")
    assert len(await lies(crowd, theirs)) == 3

    # -- on a small screen --
    await lead.page.set_viewport_size({"width": 360, "height": 640})
    assert await lead.overflow() <= 0
    await box(lead).scroll_into_view_if_needed()
    await crowd.shot(lead)
    await lead.page.set_viewport_size(DESK)
    assert await barriers(lead, "handed on") == []


async def test_R42_a_workshop_started_from_a_programme_offers_it_and_there_a_point_says_where_it_comes_from(
    crowd: Crowd,
) -> None:
    made = await new_workshop(crowd.base, "forloeb", title="Godt at gå på arbejde")
    lead = await crowd.enters("console", DESK)
    there = f"{crowd.base}/console/{made['board']}"
    await lead.page.goto(f"{there}#k={made['token']}")
    await lead.page.wait_for_function("() => localStorage.getItem('tavle.keys')?.includes('\"keep\":\"programme\"')")
    await lead.page.goto("/")
    await plays.choose(lead, FV)
    await lead.page.get_by_label(lead.t("start.programme")).select_option(label="Godt at gå på arbejde")
    assert await barriers(lead, "a programme to start from") == []
    await crowd.shot(lead)
    await lead.press("start.go")
    await lead.page.wait_for_url(lambda url: "/console/" in url and made["board"] not in url)
    anna = await crowd.phone("anna", SMALL)
    await plays.join_by_code(anna, (await plays.links(lead))["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, "Vi mangler tid")
    lane = FV.lane("critique").lower()
    await plays.reveal(lead, lane)
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("realise", "close"))
    await take(lead, "Vi mangler tid")
    await expect(lead.page.get_by_label(lead.t("hand.which"))).to_have_value(made["board"])
    await lead.press("hand.do", n=1, within=box(lead))
    await expect(box(lead)).to_contain_text(lead.t("hand.all"))
    await lead.page.goto(there)
    await lead.page.get_by_role("button", name=story_title(), exact=True).click()
    await lead.page.locator(".console-picture").get_by_text("Vi mangler tid").first.click()
    summary = lead.page.locator(".sources")
    await expect(summary).to_contain_text(FV.title)
    await summary.locator("summary").click()
    await expect(summary).to_contain_text(FV.lane("critique"))
    assert await barriers(lead, "where a point comes from") == []
    await crowd.shot(lead)


def story_title() -> str:
    """What the programme's file calls the sheet on which points lie."""
    return next(str(sheet["title"]["da"]) for sheet in Method("forloeb").raw["sheets"] if sheet["id"] == "story")


async def test_R42_a_browser_without_a_programme_is_not_asked_for_one_and_can_paste_a_link(crowd: Crowd) -> None:
    made = await new_workshop(crowd.base, "forloeb", title="Vores forløb")
    workshop = await new_workshop(crowd.base, FV.raw["id"])
    tab = await Tab(crowd.base, workshop["board"], workshop["token"]).open()
    assert await tab.do("round", to="harvest", confirm=True) == ""
    await tab.close()
    lead = await crowd.enters("console", DESK)
    await lead.page.goto(f"/console/{workshop['board']}#k={workshop['token']}")
    await lead.field("pick.own").fill("Vi prøver en fast makker")
    await lead.press("pick.take", within=lead.page.locator(".pick-form"))
    await expect(lead.page.get_by_label(lead.t("hand.link"))).to_be_hidden()
    await box(lead).locator("summary").click()
    await lead.field("hand.link").fill(f"{crowd.base}/console/{made['board']}#k={made['token']}")
    await crowd.shot(lead)
    await lead.press("hand.do", n=1, within=box(lead))
    await expect(box(lead).get_by_role("status")).to_contain_text(lead.t("hand.done", n=1, title="»Vores forløb«"))
    assert await lies(crowd, made) == ["Vi prøver en fast makker"]
