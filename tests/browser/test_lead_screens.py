"""The pages of leads on wide and narrow screens, and for those who cannot see them."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.lead import Lead
from crm.leads.pipeline import Stage
from crm.leads.trash import delete_lead
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.axe import faults_of
from tests.support.clients import add_client
from tests.support.leads import add_lead, put_card

PAGES = (
    "/board", "/board?q=nothing+at+all", "/leads", "/leads?status=won", "/leads?columns=none",
    "/leads/new", "/leads/trash",
    "/leads/{id}", "/leads/{id}?kind=note", "/leads/{id}/edit", "/my-day",
    "/tasks", "/reports", "/settings/pipelines",
)  # fmt: skip


@pytest.fixture
def stocked(live_db: Database, founder: Actor, stages: dict[str, Stage]) -> int:
    """A workspace with awkward words and a lead in each stage; the id of one with a history."""
    client = add_client(live_db, founder, name="Παπαδόπουλος & Υιοί")
    given = {"value": 150000.5, "tags": ["a tag that is rather longer than most"], "client_id": client.id}
    lead = add_lead(live_db, founder, title="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", **given)
    for stage in stages.values():
        moved = add_lead(live_db, founder, owner_id=founder.user_id, expected_close="2026-12-24")
        put_card(live_db, founder, moved.id, stage)
    gone = add_lead(live_db, founder, title="gone")
    live_db.write(delete_lead, founder, gone.id)
    on = {"subject": "lead", "subject_id": lead.id}
    call = {**on, "kind": "call", "text": "x", "minutes": 5}
    live_db.write(add_note, founder, parse_fields(NoteFields, call))
    task = {**on, "title": "Send the offer", "due_at": "2026-01-01T09:00:00Z", "repeat": "weekly"}
    live_db.write(create_task, founder, parse_fields(TaskFields, task))
    return lead.id


def test_no_page_of_leads_has_a_grave_finding_or_is_wider_than_its_screen(page: Page, stocked: int) -> None:
    assert faults_of(page, [template.format(id=stocked) for template in PAGES]) == []


@pytest.mark.parametrize("stage", ["New", "Negotiation", "Lost"])
def test_on_a_phone_the_path_shows_the_stage_where_the_lead_is(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], stage: str
) -> None:
    lead = add_lead(live_db, founder, title="Roof", stage_id=stages[stage].id)
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto(f"/leads/{lead.id}")
    strip, step = page.locator(".path").bounding_box(), page.locator(".path [aria-current]").bounding_box()
    assert strip is not None
    assert step is not None
    assert strip["x"] - 1 <= step["x"]
    assert step["x"] + step["width"] <= strip["x"] + strip["width"] + 1
    assert page.locator(".path").evaluate("(path) => path.scrollWidth > path.clientWidth")


def test_a_strip_fades_where_there_is_more_of_it(page: Page, cards: dict[str, Lead]) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto(f"/leads/{cards['a'].id}")
    path = page.locator(".path")
    before, after = re.compile("more-before"), re.compile("more-after")
    expect(path).to_have_class(after)
    expect(path).not_to_have_class(before)
    path.evaluate("each => (each.scrollLeft = 120)")
    expect(path).to_have_class(before)
    expect(path).to_have_class(after)
    path.evaluate("each => (each.scrollLeft = each.scrollWidth)")
    expect(path).to_have_class(before)
    expect(path).not_to_have_class(after)
    page.set_viewport_size({"width": 1440, "height": 740})
    for address in (f"/leads/{cards['a'].id}", "/leads", "/board", "/reports", "/settings/profile"):
        page.goto(address)
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(page.locator(".more-before, .more-after")).to_have_count(0)
