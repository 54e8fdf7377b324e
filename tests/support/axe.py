"""What axe-core finds wrong with a page in the browser."""

from collections.abc import Iterable
from functools import cache
from typing import Literal

from playwright.sync_api import Page

from crm.config import PROJECT_ROOT

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is folded away is not drawn, so its transitions never end.
STANDING_STILL = """
Promise.all(document.getAnimations()
    .filter((moving) => moving.effect.getComputedTiming().endTime < 5000)
    .filter((moving) => moving.effect.target.checkVisibility())
    .map((moving) => moving.finished.catch(() => 0)))
"""
GRAVE = {"serious", "critical"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 375)


@cache
def _source() -> str:
    return (PROJECT_ROOT / "tests/support/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")


def grave_findings(page: Page) -> list[str]:
    """One line for each element with a serious or critical finding; colours are read once nothing moves."""
    page.evaluate(STANDING_STILL)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_source())
    found = page.evaluate(
        "(levels) => axe.run(document, {runOnly: levels, resultTypes: ['violations']})", LEVELS
    )
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def faults_of(page: Page, addresses: Iterable[str]) -> list[str]:
    """One line for each grave finding and each page that is too wide, on desk and phone, light and dark."""
    found = []
    for address in addresses:
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{address}: {wide} pixels wide on {width}"] if wide > width else []
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found += [f"{address}, {width}, {scheme}: {finding}" for finding in grave_findings(page)]
    return found
