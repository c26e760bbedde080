"""Checks a page's accessibility with axe-core, in the light and the dark theme.

What may not live here: which pages are looked at.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from tests.screens.people import Person

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Colours that are on their way are nobody's colours.
STILL = """async () => {
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  const moves = () => document.getAnimations().some((one) => one.effect?.getComputedTiming().endTime !== Infinity);
  for (let calm = 0; calm < 3; calm += 1) {
    await frame();
    if (moves()) calm = -1;
  }
}"""
LOOK = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false,
  });
  // What lies under a bar at the bottom is scrolled out from there before it is tapped.
  for (const one of found.violations.filter((each) => each.id === 'target-size')) {
    const still = [];
    for (const node of one.nodes) {
      const place = document.querySelector(node.target[0]);
      place?.scrollIntoView({block: 'center', behavior: 'instant'});
      const again = await axe.run(place ?? document, {runOnly: ['target-size'], resultTypes: ['violations']});
      if (again.violations.length) still.push(node);
    }
    one.nodes = still;
    scrollTo(0, 0);
  }
  return found.violations.filter((one) => one.nodes.length).map((one) => ({
    id: one.id, help: one.help,
    nodes: one.nodes.slice(0, 4).map((node) => ({
      target: node.target.join(' '), html: node.html.slice(0, 160), why: node.failureSummary.slice(0, 260),
    })),
  }));
}"""


async def barriers(person: Person, state: str) -> list[str]:
    """What axe finds on the page, light and dark, in words."""
    lines = []
    for scheme in ("light", "dark"):
        await person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await person.page.evaluate(STILL)
        if not await person.page.evaluate("typeof axe === 'object'"):
            await person.page.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = await person.page.evaluate(LOOK, RULES)
        for one in found:
            for node in one["nodes"]:
                lines.append(
                    f"{person.name} {person.t.lang} {scheme} {state}: {one['id']} ({one['help']})\n"
                    f"    {node['target']}  {node['html']}\n    {node['why']}"
                )
    await person.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return lines
