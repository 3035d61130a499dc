"""Whether a page keeps somebody out: axe's rules, in both looks, at every size, and no scrolling sideways."""

import json
from pathlib import Path
from typing import Any

from tests.journeys.browser import Browser

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
SIZES = ((1280, 900), (390, 844), (320, 640))


def faults(viewer: Browser, address: str) -> list[str]:
    """What is wrong with the page at `address`, one line each. It has to have a heading."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        for width, height in SIZES:
            viewer.be(width, height, mobile=width < 500)
            viewer.prefer(scheme)
            viewer.open(address)
            viewer.until("document.querySelector('h1')")
            where = f"{scheme}, {width} px: "
            if width != SIZES[-1][0]:
                found += [where + one for one in grave(viewer)]
            wide = viewer.value("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{where}scrolls sideways, {wide} px wide")

    return found


def grave(page: Browser) -> list[str]:
    """What axe finds that would keep somebody out."""
    page.value(AXE.read_text(encoding="utf-8") + "; void 0")
    run = f"axe.run(document, {{ runOnly: {json.dumps(TAGS)}, resultTypes: ['violations'] }})"
    answer = page.command("Runtime.evaluate", expression=run, awaitPromise=True, returnByValue=True)
    found: list[dict[str, Any]] = answer["result"]["value"]["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
