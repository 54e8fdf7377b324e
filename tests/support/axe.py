"""What axe-core finds wrong with a page in the browser."""

from functools import cache

from playwright.sync_api import Page

from crm.config import PROJECT_ROOT

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STANDING_STILL = """
Promise.all(document.getAnimations()
    .filter((moving) => moving.effect.getComputedTiming().endTime < 5000)
    .map((moving) => moving.finished.catch(() => 0)))
"""
GRAVE = {"serious", "critical"}


@cache
def _source() -> str:
    return (PROJECT_ROOT / "tests/support/vendor/axe-core/axe.min.js").read_text(encoding="utf-8")


def grave_findings(page: Page) -> list[str]:
    """One line for each element with a serious or critical finding; colours are read once nothing moves."""
    page.evaluate(STANDING_STILL)
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
