"""Whether a page keeps somebody out: axe's rules, in both looks, at every size, and no scrolling sideways."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, PHONE, STILL, Console, visitor, wide

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROW_PX = 320


class Viewers(NamedTuple):
    """One person before two windows, and what both consoles say."""

    desk: Page
    phone: Page
    console: Console


@contextmanager
def viewers(running: Browser, desk: Page) -> Iterator[Viewers]:
    """Whoever is signed in at `desk`, at a desk and with a phone where nothing moves."""
    console, state = Console(), desk.context.storage_state()
    with (
        visitor(running, console=console, **DESK, **STILL, storage_state=state) as one,
        visitor(running, console=console, **PHONE, **STILL, storage_state=state) as other,
    ):
        yield Viewers(one, other, console)


def faults(seen: Viewers, address: str) -> list[str]:
    """What is wrong with the page at `address`, one line each. It has to have a heading."""
    found: list[str] = []
    for page, narrower in ((seen.desk, None), (seen.phone, NARROW_PX)):
        page.set_viewport_size((DESK if narrower is None else PHONE)["viewport"])
        page.goto(address)
        expect(page.locator("h1").first).to_be_attached()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"{scheme}, {_width(page)} px: {one}" for one in grave(page)]
        for width in (_width(page), narrower or _width(page)):
            page.set_viewport_size({"width": width, "height": 640})
            if wide(page) > width:
                found.append(f"{width} px: scrolls sideways, {wide(page)} px wide")
    return found


def grave(page: Page) -> list[str]:
    """What axe finds that would keep somebody out."""
    page.evaluate(AXE + "; void 0")
    answer = page.evaluate(
        "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then((all) => all.violations)", TAGS
    )
    found: list[dict[str, Any]] = answer
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def _width(page: Page) -> int:
    size = page.viewport_size
    assert size is not None
    return size["width"]
