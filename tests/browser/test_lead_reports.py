"""Reports of leads in a real browser."""

import re

from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead
from crm.leads.pipeline import Stage
from tests.browser.conftest import soon
from tests.support.leads import put_card


def test_reports_are_drawn_and_can_be_read_as_tables(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    put_card(live_db, founder, cards["a"].id, stages["Won"])
    page.goto("/reports")
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.locator("#funnel-title ~ * canvas, [data-report] canvas")).to_have_count(4)
    page.get_by_role("button", name="As a table").first.click()
    expect(page.get_by_role("row", name=re.compile("New 3"))).to_be_visible()


def test_reports_are_drawn_anew_in_the_colours_of_another_scheme(page: Page, cards: dict[str, Lead]) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/reports")
    ink = "Object.values(Chart.instances)[0].options.scales.y.ticks.color"
    by_day = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    soon(lambda: len({by_day, page.evaluate(ink)}), 2, page)
    assert page.evaluate("Object.keys(Chart.instances).length") == page.locator("canvas").count()
