"""Reports in a browser: nothing moves while the charts are drawn, filters are chips, no script is needed."""

import time

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.pipeline import Stage
from tests.browser.conftest import soon
from tests.support.appliance import Appliance
from tests.support.axe import grave_findings
from tests.support.leads import add_lead, put_card

# Since the drawing began: what moves while the page itself arrives, piece by piece, is another matter.
SHIFTS = """
  new Promise((done) => {
    let moved = 0;
    const script = performance.getEntriesByType("resource").find((each) => each.name.endsWith("/chart.js"));
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) if (shift.startTime > script.responseEnd) moved += shift.value;
    })
      .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(moved), 700);
  })
"""


def arrive_late(route: Route) -> None:
    """The page is there before its charts are drawn."""
    time.sleep(0.5)
    route.continue_()


@pytest.fixture
def sold(live_db: Database, founder: Actor, stages: dict[str, Stage]) -> None:
    for value, currency in ((23_500, "USD"), (64_000, "EUR"), (5_000_000_000, "USD")):
        lead = add_lead(live_db, founder, value=value, currency=currency, owner_id=founder.user_id)
        put_card(live_db, founder, lead.id, stages["Won"])
    add_lead(live_db, founder, value=180, currency="USD")


@pytest.mark.parametrize("width", [1440, 1024, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("sold")
def test_nothing_moves_while_the_charts_are_drawn(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.route("**/chart.js", arrive_late)
    page.goto("/reports")
    drawn = "Object.keys(window.Chart?.instances ?? {}).length"
    soon(lambda: page.evaluate(drawn), page.locator("canvas").count(), page)
    assert page.evaluate(SHIFTS) < 0.01
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave_findings(page) == []
    for figure in page.locator(".report-figures .figure").all():
        assert figure.evaluate("each => each.scrollWidth <= each.clientWidth")


@pytest.mark.usefixtures("sold")
def test_owner_and_days_are_chosen_above_and_taken_off_as_chips(page: Page) -> None:
    page.goto("/reports?months=3")
    page.get_by_label("Owner", exact=True).select_option("Unassigned")
    expect(page.locator(".report-figures")).to_contain_text("$180")
    expect(page.locator(".filter-chip")).to_have_count(1)
    page.get_by_label("from", exact=True).fill("2020-05-01")
    page.get_by_label("from", exact=True).press("Enter")
    expect(page.locator(".wrong-filters")).to_contain_text("at most 60 months")
    page.get_by_role("link", name="From: 1 May 2020").click()
    expect(page.locator(".filter-chip")).to_have_count(1)
    page.get_by_role("link", name="Owner: Unassigned").click()
    expect(page.locator(".filter-chip")).to_have_count(0)
    assert page.url.endswith("/reports?months=3")


@pytest.mark.usefixtures("sold")
def test_without_scripts_the_reports_are_tables(
    browser: Browser, context: BrowserContext, appliance: Appliance
) -> None:
    state = context.storage_state()
    bare = browser.new_context(java_script_enabled=False, base_url=appliance.url, storage_state=state)
    bare.set_default_timeout(10_000)
    try:
        page = bare.new_page()
        page.goto("/reports")
        expect(page.get_by_role("row", name="New 4")).to_be_visible()
        expect(page.locator("canvas").first).to_be_hidden()
        expect(page.get_by_role("button", name="As a table")).to_have_count(0)
    finally:
        bare.close()
