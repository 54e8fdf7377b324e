"""Changing more than a thousand in a real browser: the warning, the progress, the end, and axe on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.bulk import LeadCreation
from crm.leads.filters import LeadFilter
from crm.leads.kind import LEAD
from crm.leads.listing import count_leads
from crm.leads.pipeline import Stage
from crm.records.bulk import Change
from crm.records.bulk_operations import change_many
from crm.records.many import change_next, measure
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
        change_many(tx, LEAD, operations)

    live_db.write(fill, founder)
    return stages_of(live_db, founder)


@pytest.mark.parametrize("width", [1440, 375])
def test_all_that_match_are_changed_with_a_warning_before_and_a_count_after(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/leads?status=open&columns=client,stage")
    page.locator("tbody .pick").first.click()
    page.get_by_role("button", name="Select all 1,100 leads").click()
    expect(page.locator("[data-count]")).to_contain_text("1,100")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("menuitem", name="Won").click()
    expect(page.get_by_role("heading", name="Move to Won")).to_be_visible()
    assert grave_findings(page) == []
    assert cards_of(live_db, founder, stages["Won"]) == []
    page.get_by_role("button", name=re.compile("all 1,?100 leads")).click()
    expect(page.get_by_text(re.compile("Done: 1,?100 leads changed"))).to_be_visible(timeout=30_000)
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(cards_of(live_db, founder, stages["Won"])) == MANY


@pytest.mark.usefixtures("stages")
def test_the_undo_of_more_than_goes_at_once_tells_how_far_it_came(
    page: Page, live_db: Database, founder: Actor
) -> None:
    change, wanted = Change("owner", str(founder.user_id)), LeadFilter(owner_id=0)
    progress = live_db.read(measure, founder, LEAD, wanted)
    for _step in range(2):
        progress = live_db.write(change_next, founder, LEAD, wanted, change, progress)
    assert (progress.done, progress.ended) == (MANY, True)
    page.goto("/activity")
    line = page.locator(".entry").first
    expect(line).to_contain_text(re.compile("changed the owner of 1,?100 leads"))
    line.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile(r"^1,?100 changes undone\."))).to_be_visible(timeout=30_000)
    assert grave_findings(page) == []
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.locator(".entry").nth(1)).to_contain_text("Undone")
    assert live_db.read(count_leads, founder, wanted, limit=None).total == MANY
