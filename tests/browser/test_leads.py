"""Leads in a real browser: the record and its timeline, lists, the pipeline editor, reports, axe."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead, get_lead
from crm.leads.pipeline import Stage
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import add_note, change_note
from tests.browser.conftest import soon
from tests.support.leads import add_lead, cards_of, stages_of


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
    expect(page.locator(".facts").first).to_contain_text("No answer")


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
