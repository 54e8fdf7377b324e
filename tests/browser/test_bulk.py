"""Changing more than a thousand in a real browser: the warning, the progress, the end, and axe on the way."""

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.bulk import LeadCreation, run_operation
from crm.leads.pipeline import Stage
from crm.records.bulk import run_all
from tests.support.axe import grave_findings
from tests.support.leads import cards_of, stages_of

MANY = 1_100


@pytest.fixture
def stages(live_db: Database, founder: Actor) -> dict[str, Stage]:
    """Of a workspace with more leads than go at once."""

    def fill(tx: Transaction) -> None:
        operations = [
            parse_fields(LeadCreation, {"op": "create", "fields": {"title": f"Lead {number}"}})
            for number in range(MANY)
        ]
        run_all(tx, operations, run_operation)

    live_db.write(fill, founder)
    return stages_of(live_db, founder)


@pytest.mark.parametrize("width", [1440, 375])
def test_all_that_match_are_changed_with_a_warning_before_and_a_count_after(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/leads?status=open&columns=client,stage")
    page.locator("tbody .pick").first.click()
    page.get_by_role("button", name="Take all 1,100 that match").click()
    expect(page.locator("[data-count]")).to_contain_text("1100")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("menuitem", name="Won").click()
    expect(page.get_by_role("heading", name="Move to Won")).to_be_visible()
    assert grave_findings(page) == []
    assert cards_of(live_db, founder, stages["Won"]) == []
    page.get_by_role("button", name="Change all 1100 leads").click()
    expect(page.get_by_text("Done: 1100 leads changed.")).to_be_visible(timeout=30_000)
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(cards_of(live_db, founder, stages["Won"])) == MANY
