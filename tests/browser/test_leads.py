"""Leads in a real browser: the record and its timeline, lists, the pipeline editor, reports, axe."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.lead import Lead, get_lead
from crm.leads.pipeline import Stage
from crm.leads.trash import delete_lead
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import add_note, change_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.browser.conftest import soon
from tests.support.axe import faults_of
from tests.support.clients import add_client
from tests.support.leads import add_lead, cards_of, put_card, stages_of

PAGES = (
    "/board", "/board?q=nothing+at+all", "/leads", "/leads?status=won", "/leads?columns=none",
    "/leads/new", "/leads/trash",
    "/leads/{id}", "/leads/{id}?kind=note", "/leads/{id}/edit", "/my-day",
    "/tasks", "/reports", "/settings/pipelines",
)  # fmt: skip


def test_a_note_a_call_and_a_task_are_written_onto_the_timeline(page: Page, cards: dict[str, Lead]) -> None:
    page.goto(f"/leads/{cards['a'].id}")
    page.get_by_label("Note", exact=True).last.fill("Wants oak floors")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .entry-prose")).to_have_text(["Wants oak floors"])
    page.get_by_role("tab", name="Call").click()
    page.get_by_label("Call notes").fill("Agreed on a visit")
    page.get_by_label("Minutes").fill("12")
    page.get_by_role("button", name="Log call").click()
    expect(page.locator("#timeline .entry-prose")).to_have_text(["Agreed on a visit", "Wants oak floors"])
    page.get_by_role("tab", name="Task").click()
    page.get_by_label("Task title").fill("Send the offer")
    page.get_by_role("button", name="Add task").click()
    expect(page.locator("#tasks .task-title")).to_have_text(["Send the offer"])
    page.get_by_label("Notes", exact=True).check()
    expect(page.locator("#timeline .entry")).to_have_count(1)
    page.get_by_label("All", exact=True).check()
    page.get_by_role("button", name="Done: Send the offer").click()
    expect(page.locator("#tasks .task")).to_have_count(0)
    expect(page.locator("#timeline .entry-head").first).to_contain_text("completed Send the offer")


def test_a_note_is_edited_and_deleted_in_its_place(page: Page, cards: dict[str, Lead]) -> None:
    page.goto(f"/leads/{cards['a'].id}")
    page.get_by_label("Note", exact=True).last.fill("First")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Text").fill("Second")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#timeline .entry-prose")).to_have_text(["Second"])
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#timeline .entry-note")).to_contain_text("Deleted.")
    page.locator("#timeline .entry-note").get_by_role("button", name="Undo").click()
    expect(page.locator("#timeline .entry-prose")).to_have_text(["Second"])


def test_the_path_moves_the_lead_and_asks_why_it_was_lost(
    page: Page, live_db: Database, founder: Actor, cards: dict[str, Lead]
) -> None:
    page.goto(f"/leads/{cards['a'].id}")
    page.get_by_role("button", name="Negotiation").click()
    expect(page.get_by_role("button", name="Negotiation")).to_have_attribute("aria-current", "step")
    page.get_by_role("button", name="Lost", exact=True).click()
    page.get_by_label("Reason").fill("No answer")
    page.get_by_role("button", name="Move to lost").click()
    expect(page.get_by_role("button", name="Lost", exact=True)).to_have_attribute("aria-current", "step")
    lost = live_db.read(get_lead, founder, cards["a"].id)
    assert (lost.status, lost.lost_reason) == ("lost", "No answer")


def test_the_form_asks_why_once_the_stage_is_a_lost_one(page: Page, cards: dict[str, Lead]) -> None:
    page.goto(f"/leads/{cards['a'].id}/edit")
    reason = page.get_by_label("Lost reason")
    expect(reason).to_be_hidden()
    page.get_by_label("Stage").select_option(label="Lost")
    reason.fill("No answer")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/leads/\d+$"))
    expect(page.locator(".facts")).to_contain_text("No answer")


def test_a_stale_save_shows_both_versions(
    page: Page, context: BrowserContext, live_db: Database, founder: Actor, cards: dict[str, Lead]
) -> None:
    page.goto(f"/leads/{cards['a'].id}/edit")
    other = context.new_page()
    other.goto(f"/leads/{cards['a'].id}/edit")
    other.get_by_label("Value").fill("555")
    other.get_by_role("button", name="Save").click()
    other.wait_for_url(re.compile(r"/leads/\d+$"))
    other.close()
    page.get_by_label("Title").fill("renamed")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save selection").click()
    page.wait_for_url(re.compile(r"/leads/\d+$"))
    saved = live_db.read(get_lead, founder, cards["a"].id)
    assert (saved.title, saved.value) == ("renamed", 555)


def test_many_leads_are_changed_at_once(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage]
) -> None:
    for number in range(30):
        add_lead(live_db, founder, title=f"{number}")
    page.goto("/leads")
    boxes = page.locator("tbody .pick")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("3 selected")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("menuitem", name="Won").click()
    soon(lambda: len(cards_of(live_db, founder, stages["Won"])), 3, page)
    page.wait_for_load_state()
    page.locator("thead .pick").click()
    page.get_by_role("button", name="Select all 30 leads").click()
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("menuitem", name="Proposal").click()
    soon(lambda: len(cards_of(live_db, founder, stages["Proposal"])), 30, page)


def test_the_columns_of_a_list_stand_in_its_address(page: Page, cards: dict[str, Lead]) -> None:
    page.goto("/leads")
    page.get_by_role("button", name="Columns").click()
    page.locator("#columns-menu").get_by_label("Source").check()
    expect(page.get_by_role("columnheader", name="Source")).to_be_visible()
    assert "source" in page.url
    page.reload()
    expect(page.get_by_role("columnheader", name="Source")).to_be_visible()


def test_stages_are_ordered_by_dragging_and_a_full_one_is_emptied_before_it_goes(
    page: Page, live_db: Database, founder: Actor, cards: dict[str, Lead]
) -> None:
    page.goto("/settings/pipelines")
    rows = page.locator(".stage-row")
    grip = rows.nth(3).locator(".grip")
    start, end = grip.bounding_box(), rows.nth(0).bounding_box()
    assert start is not None and end is not None
    page.mouse.move(start["x"] + 8, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] - 10, steps=4)
    page.mouse.move(end["x"] + 30, end["y"] + 6, steps=12)
    page.wait_for_timeout(60)
    page.mouse.up()
    soon(lambda: list(stages_of(live_db, founder))[:2], ["Negotiation", "New"], page)
    page.reload()
    page.get_by_role("button", name="More about New").click()
    menu = page.locator("[popover]:popover-open")
    menu.get_by_label("Move its leads to").select_option(label="Contacted")
    menu.get_by_role("menuitem", name="Delete the stage").click()
    page.wait_for_load_state()
    stages = stages_of(live_db, founder)
    assert "New" not in stages
    assert sorted(cards_of(live_db, founder, stages["Contacted"])) == ["a", "b", "c"]


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
        page.wait_for_load_state("networkidle")
        expect(page.locator(".more-before, .more-after")).to_have_count(0)


def test_a_note_that_somebody_else_changed_meanwhile_comes_back_with_both_texts(
    page: Page, live_db: Database, founder: Actor, cards: dict[str, Lead]
) -> None:
    lead = cards["a"]
    note = live_db.write(
        add_note, founder, NoteFields(subject="lead", subject_id=lead.id, text="Call on Monday")
    )
    page.goto(f"/leads/{lead.id}")
    part = page.locator(f"#note-{note.id}")
    part.get_by_role("button", name="Edit").or_(part.get_by_role("link", name="Edit")).click()
    part.get_by_label("Text").fill("Call on Tuesday")
    live_db.write(change_note, founder, note.id, NoteChanges(text="Call on Friday"))
    part.get_by_role("button", name="Save").click()
    expect(part).to_contain_text("Call on Friday")
    expect(part.get_by_label("Text")).to_have_value("Call on Tuesday")
    part.get_by_role("button", name="Save").click()
    expect(part.locator("textarea")).to_have_count(0)
    expect(part).to_contain_text("Call on Tuesday")
