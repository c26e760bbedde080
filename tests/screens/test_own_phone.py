"""Before the workshop: the facilitator tries to join with their own phone, and is told what prevents it.

What may not live here: a network that is really broken; what the screens say of each kind is what counts here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.house import NAME
from tests.screens.people import SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

CAUSES = ("address", "isolation", "firewall")


async def tries(lead: Person) -> Locator:
    """Open the door's dialog, and in it the part about trying."""
    await plays.open_door(lead)
    part = lead.dialog().get_by_role("group").filter(has_text=lead.t("console.try_phone")).last
    await part.get_by_text(lead.t("console.try_phone"), exact=True).click()
    await lead.reads("console.try_wait")
    return part


async def says(part: Locator, *texts: str) -> None:
    for text in texts:
        await expect(part).to_contain_text(text)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_isolation_firewall_and_a_wrong_address_are_told_apart(crowd: Crowd, lang: str) -> None:
    fv = Method("fremtidsvaerksted", lang)
    lead = await plays.start(crowd, fv)
    port = urlsplit(crowd.base).port
    part = await tries(lead)
    t = lead.t
    await says(part, t("console.only_here"), *(t(f"console.try.{one}") for one in CAUSES))
    await says(part, t("console.try.address.do", net="127.0.0"), t("console.try.isolation.do"))
    await says(part, t("console.try.firewall.do", port=port))
    order = [(await part.inner_text()).index(t(f"console.try.{one}")) for one in CAUSES]
    assert order == sorted(order)
    await part.scroll_into_view_if_needed()
    await crowd.shot(lead)
    for scheme in ("light", "dark"):
        await lead.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await lead.page.set_viewport_size({"width": SMALL["width"], "height": 1500})
        await part.scroll_into_view_if_needed()
        await crowd.shot(lead)
        assert await lead.overflow() <= 0


async def test_an_address_that_is_a_name_is_no_matter_of_numbers(crowd: Crowd) -> None:
    crowd.expect_noise("403", "Cross-Origin-Opener-Policy")
    crowd.base = crowd.base.replace("127.0.0.1", NAME)
    fv = Method("fremtidsvaerksted")
    lead = await plays.start(crowd, fv, key=crowd.house.key)
    part = await tries(lead)
    await says(part, lead.t("console.try.address.name"), lead.t("console.try.isolation"))
    await expect(part).not_to_contain_text(lead.t("console.only_here"))


async def test_a_closed_door_and_a_phone_that_comes_through(crowd: Crowd) -> None:
    crowd.expect_noise("404")
    fv = Method("fremtidsvaerksted")
    lead = await plays.start(crowd, fv)
    link = (await plays.links(lead))["code"]
    part = await tries(lead)
    await lead.press("console.close_door", within=lead.dialog())
    await says(part, lead.t("console.try.wrong"), lead.t("console.try.wrong.do"))
    phone = await crowd.phone("anna")
    await phone.page.goto("/")
    await phone.field("code.label").fill(link)
    await phone.press("code.go")
    await phone.reads("error.no_door")
    await lead.press("console.open_door", within=lead.dialog())
    await plays.join_by_code(phone, link, name="Anna")
    await lead.reads("console.try_come", name="Anna")
    await crowd.shot(lead)
