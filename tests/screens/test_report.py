"""R50 on screens: a programme's report and lifts are taken from its console, and its leaders read their edition."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Route, expect

from server.export.making import make
from server.export.packing import pack
from server.export.variants import Edition, Variant
from tests.machine import reported
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, Crowd, Person
from tests.screens.test_gather import paper
from tests.screens.test_programme import begin, to
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

F = Method("forloeb")
LIFT = "Vi beder om et rum, der kan lukkes 🌿"


async def saved(person: Person, label: str) -> tuple[str, bytes]:
    """The file that a button gives: its name and what is in it."""
    async with person.page.expect_download() as coming:
        await person.named(label).click()
    download = await coming.value
    return download.suggested_filename, await asyncio.to_thread(Path(await download.path()).read_bytes)


async def test_R50_report_and_lifts_are_taken_from_the_console(crowd: Crowd) -> None:
    lead = await begin(crowd, "Kommunikation på tværs")
    for kind, starts in (("pdf", b"%PDF"), ("md", "Rapport over forløbet".encode()), ("json", b'{\n  "report": 1')):
        small = lead.t(f"console.file.{kind}.so")
        name, data = await saved(lead, f"{lead.t(f'report.{kind}')} {small}")
        assert name == f"kommunikation-paa-tvaers.{kind}"
        assert data.startswith(starts)
    await lead.press("console.more")
    await expect(lead.dialog().get_by_text(lead.t("report.title"), exact=True)).to_be_visible()
    assert await barriers(lead, "files of a programme") == []
    await crowd.shot(lead)
    await lead.press("console.shut", within=lead.dialog())
    await to(lead, "lifts")
    await lead.page.locator(".composer textarea").fill(LIFT)
    await lead.page.locator(".composer button[type=submit]").click()
    await paper(lead, LIFT).click()
    name, data = await saved(lead, lead.t("lift.md"))
    assert LIFT.encode() in data
    assert name.startswith("vi-beder-om-et-rum")
    _, data = await saved(lead, lead.t("lift.pdf"))
    assert data.startswith(b"%PDF")
    assert await barriers(lead, "a lift on the console") == []
    await crowd.shot(lead)
    await lead.press("console.let_go")
    await to(lead, "sort")
    await lead.page.locator(".composer textarea").fill("Et punkt")
    await lead.page.locator(".composer button[type=submit]").click()
    await paper(lead, "Et punkt").click()
    await expect(lead.button("lift.pdf")).to_have_count(0)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_R50_a_leader_reads_what_a_programme_has_shown(crowd: Crowd, lang: str) -> None:
    lead = await begin(crowd)
    box = lead.page.locator(
        ".home-links", has=lead.page.get_by_role("heading", name=lead.t("console.leader_edition"), exact=True)
    )
    await lead.press("console.link_make", within=box)
    link = await lead.page.get_by_label(lead.t("console.leader_link"), exact=True).input_value()
    await crowd.shot(lead)
    chief = await crowd.phone("chief", SMALL)
    await chief.page.goto(link)
    await chief.reads("report.what")

    table = reported.programme()
    edition = Edition("leader")
    packed = pack(table.board, table.method, edition=edition)

    async def full(route: Route) -> None:
        data = make(msgspec.msgpack.decode(packed.data), Variant.of(format="json", lang=lang, edition=edition))
        await route.fulfill(json=json.loads(data))

    looks = (
        ("small", SMALL, {}),
        ("desk", DESK, {}),
        ("dark", SMALL, {"color_scheme": "dark"}),
        ("forced", DESK, {"forced_colors": "active"}),
    )
    for name, size, look in looks:
        reader = await crowd.enters(name, size, **look)
        await reader.page.route("**/leader/edition.json*", full)
        await reader.page.goto(link)
        await reader.sees(reported.CENTRE, reported.CIRCLE, reported.ROOM_AGAIN, reported.ROOM, reported.LIFT)
        if lang == "en":
            await reader.named("English").click()
            await reader.sees("Where we are", "Vicious circle")
        # A word stands after what it answers.
        await reader.sees("What do we do now? Adjust" if lang == "en" else "Hvad gør vi nu? Juster")
        await reader.misses(reported.SAID)
        await expect(reader.page.locator(".leader-learned li")).to_have_count(2)
        found = await barriers(reader, f"leader edition, {name}")
        assert found == [], "\n".join(found)
        assert await reader.overflow() <= 0
        await crowd.shot(reader)
