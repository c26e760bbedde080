"""A co-facilitator, named on the console: the way into the console from their own phone, and back (SPEC R27).

What may not live here: what a co-facilitator may do (tests/rules).
"""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.people import PHONE, Crowd, all_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")


async def test_R27_a_colleague_leads_from_their_own_phone_until_it_is_ended(crowd: Crowd) -> None:
    lead, anna, bo = await plays.gather(crowd, FV, anna=PHONE, bo=PHONE)
    await plays.go_on(lead, FV.round("critique"))
    draft = crowd.leaks.canary("Ingen ro til pauser", "anna")
    await plays.write(anna, draft.text)
    await plays.row(lead, "Anna").click()
    await lead.press("console.colead", within=lead.dialog())
    await expect(plays.row(lead, "Anna")).to_contain_text(lead.t("console.leads"))
    await bo.reads("lead.names")
    await anna.button("phone.open_console").last.click()
    await anna.page.wait_for_url("**/console/*")
    await expect(anna.button("console.show_wall")).to_be_visible()
    # A lent console is offered nothing that it may not do.
    await anna.press("console.more")
    await expect(anna.dialog().get_by_text(anna.t("console.more.way_back"), exact=True)).to_be_visible()
    await expect(anna.dialog().get_by_text(anna.t("console.more.erase"), exact=True)).to_have_count(0)
    await anna.press("console.shut", within=anna.dialog())
    await plays.go_on(anna, FV.round("dream"), confirm=True)
    await all_see(FV.round("dream"), bo, lead)
    # Their own place is a tap away, with what they wrote.
    await anna.named(anna.t("console.own_page"), role="link").click()
    await anna.page.wait_for_url("**/b/*")
    await anna.reads("phone.kept", n=1)
    await anna.button("phone.open_console").last.click()
    await anna.page.wait_for_url("**/console/*")
    await plays.row(lead, "Anna").click()
    await lead.press("console.colead_end", within=lead.dialog())
    await anna.reads("close.no_access.title")
    await expect(bo.text(bo.t.pattern("lead.names"))).to_have_count(0)
