"""A programme's first load on a colleague's phone: at home and where the story is answered, as small as a workshop's.

What may not live here: what it is sent of the board (tests/rules/test_years.py, tests/machine/test_years.py).
"""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from static.build import build
from tests.screens.people import Crowd
from tests.screens.test_pages import first_load
from tests.screens.test_programme import to
from tests.screens.test_story_answers import CENTRE, at, told

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_V20_a_programme_s_phone_loads_no_more_than_a_workshop_s(
    crowd: Crowd, capsys: pytest.CaptureFixture[str]
) -> None:
    build(say=lambda _: None)  # in a checkout, modules that were changed are sent one by one until this is done
    lead, wall, sofie = await told(crowd)
    for person in (lead, wall):  # whose screens are at home, or on a cable: told, not judged
        asked = await first_load(person)
        with capsys.disabled():
            kb = sum(size for _, size in asked) / 1024
            print(f"\na programme's {person.name}: {len(asked)} requests, {kb:.1f} KB")
    for round_id in ("show", "home"):
        if round_id == "home":
            await to(lead, "home")
            await expect(sofie.page.locator(".cycle-station").first).to_be_visible()
        asked = await first_load(sofie)
        total = sum(size for _, size in asked)
        if round_id == "show":
            await at(sofie, CENTRE)
        with capsys.disabled():
            print(f"\na programme's phone in {round_id}: {len(asked)} requests, {total / 1024:.1f} KB")
            for url, size in asked:
                print(f"  {size / 1024:6.1f} KB  {url.partition('//')[2].partition('/')[2]}")
        assert len(asked) <= 12
        assert total <= 120 * 1024
