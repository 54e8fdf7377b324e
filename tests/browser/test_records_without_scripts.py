"""With scripts switched off clients, leads, notes and lists are worked on as ever."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead
from crm.leads.pipeline import Stage
from tests.support.clients import add_client
from tests.support.leads import add_lead

pytestmark = pytest.mark.timeout(300)


def test_a_lead_gets_a_client_that_is_looked_for_and_another_that_is_made(
    bare: Page, live_db: Database, founder: Actor
) -> None:
    for name in ("Anna Berg", "Anna Holm", "Bert"):
        add_client(live_db, founder, name=name)
    bare.goto("/leads/new")
    bare.get_by_label("Title").fill("Roof")
    bare.get_by_label("Look for: Client").fill("anna")
    bare.get_by_role("button", name="Find").click()
    expect(bare.locator("noscript .field-hint")).to_have_text("Found for “anna”: 2")
    expect(bare.get_by_label("Title")).to_have_value("Roof")
    bare.locator("#client_id").select_option(label="Anna Holm")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("link", name="Anna Holm", exact=True).first).to_be_visible()
    bare.get_by_role("link", name="Edit").click()
    bare.get_by_label("Name of a new client").fill("Jonas Keller")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("link", name="Jonas Keller", exact=True).first).to_be_visible()


def test_a_client_is_made_with_a_new_company_and_the_list_filtered_by_it(bare: Page) -> None:
    bare.goto("/clients/new")
    bare.get_by_label("Name", exact=True).fill("Anna")
    bare.get_by_label("Name of a new company").fill("Acme Roofs")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("link", name="Acme Roofs").first).to_be_visible()
    bare.goto("/clients")
    bare.get_by_role("button", name="Filter", exact=True).click()
    bare.get_by_label("Look for: Company").fill("acme")
    bare.get_by_role("button", name="Find").click()
    bare.get_by_role("button", name="Filter", exact=True).click()
    bare.locator("#filter-builder").get_by_role("button", name="Show").click()
    expect(bare.locator("tbody .row-link")).to_have_text(["Anna"])


def test_a_card_is_moved_and_a_lead_added_to_a_stage(
    bare: Page, cards: dict[str, Lead], stages: dict[str, Stage]
) -> None:
    bare.goto("/board")
    bare.get_by_role("button", name="Move b").click()
    bare.get_by_label("Stage").select_option(label="Negotiation")
    bare.get_by_role("button", name="Move", exact=True).click()
    column = bare.get_by_role("region", name=re.compile("Negotiation"))
    expect(column.get_by_role("link", name="b", exact=True)).to_be_visible()
    column.get_by_role("button", name="Add a lead to Negotiation").click()
    bare.get_by_label("Title").fill("Roof")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("heading", level=1)).to_have_text("Roof")
    expect(bare.locator(".path [aria-current]")).to_have_text("Negotiation")


def test_a_card_is_lost_with_its_reason(bare: Page, cards: dict[str, Lead]) -> None:
    bare.goto("/board")
    bare.get_by_role("button", name="Move a", exact=True).click()
    bare.get_by_label("Stage").select_option(label="Lost")
    bare.get_by_label("Lost reason").fill("Too expensive")
    bare.get_by_role("button", name="Move", exact=True).click()
    bare.goto(f"/leads/{cards['a'].id}")
    expect(bare.locator(".facts").first).to_contain_text("Too expensive")


def test_a_note_is_written_changed_deleted_and_taken_back_and_a_call_and_a_task_too(
    bare: Page, cards: dict[str, Lead]
) -> None:
    bare.goto(f"/leads/{cards['a'].id}")
    bare.get_by_label("Note", exact=True).and_(bare.locator("textarea")).fill("Wants a roof")
    bare.get_by_role("button", name="Add note").click()
    note = bare.locator(".entry-note")
    note.get_by_role("button", name="Edit").click()
    bare.get_by_label("Text").fill("Wants a green roof")
    bare.get_by_role("button", name="Save").click()
    expect(note.first).to_contain_text("Wants a green roof")
    note.first.get_by_role("button", name="Delete").click()
    note.first.get_by_role("button", name="Undo").click()
    expect(note.first).to_contain_text("Wants a green roof")
    bare.get_by_role("tab", name="Call").click()
    bare.get_by_label("Call notes").fill("Talked of tiles")
    bare.get_by_label("Minutes").fill("5")
    bare.get_by_role("button", name="Log call").click()
    expect(bare.locator("#timeline")).to_contain_text("Talked of tiles")
    bare.get_by_role("tab", name="Task").click()
    bare.get_by_label("Task title").fill("Send the offer")
    bare.get_by_role("button", name="Add task").click()
    bare.get_by_role("button", name="Done: Send the offer").click()
    expect(bare.locator("#tasks")).to_contain_text("No open tasks")


def test_ticked_rows_and_all_that_match_are_changed_and_that_is_undone(
    bare: Page, live_db: Database, founder: Actor
) -> None:
    for name in ("Anna", "Bert", "Carl"):
        add_client(live_db, founder, name=name)
    bare.goto("/clients")
    bare.get_by_label("Select Anna").check()
    bare.get_by_role("button", name="Status", exact=True).click()
    bare.get_by_role("menuitem", name="Prospect").click()
    expect(bare.locator("tr", has_text="Anna").locator("option:checked")).to_have_text("Prospect")
    expect(bare.locator("tr", has_text="Bert").locator("option:checked")).to_have_text("Active")
    bare.get_by_label("All 3 matching").check()
    bare.get_by_role("button", name="Status", exact=True).click()
    bare.get_by_role("menuitem", name="Inactive").click()
    expect(bare.locator("tbody option:checked")).to_have_text(["Inactive"] * 3)
    bare.get_by_role("button", name="Undo").click()
    expect(bare.locator("tr", has_text="Anna").locator("option:checked")).to_have_text("Prospect")


def test_a_client_goes_to_the_trash_and_comes_back(bare: Page, live_db: Database, founder: Actor) -> None:
    client = add_client(live_db, founder, name="Anna")
    bare.goto(f"/clients/{client.id}")
    bare.get_by_role("button", name="More").click()
    bare.get_by_role("menuitem", name="Move to the trash").click()
    bare.goto("/clients/trash")
    bare.get_by_role("button", name="Restore").click()
    expect(bare.get_by_role("heading", level=1)).to_have_text("Anna")


def test_lists_are_filtered_sorted_and_show_the_chosen_columns(
    bare: Page, live_db: Database, founder: Actor
) -> None:
    for title, value in (("Roof", 100), ("Door", 900), ("Gate", 500)):
        add_lead(live_db, founder, title=title, value=value)
    bare.goto("/leads")
    bare.get_by_role("button", name="Filter", exact=True).click()
    bare.get_by_label("Value: from").fill("400")
    bare.locator("#filter-builder").get_by_role("button", name="Show").click()
    expect(bare.locator("tbody .row-link")).to_have_count(2)
    bare.get_by_role("columnheader", name="Value").get_by_role("link").click()
    expect(bare.locator("tbody .row-link")).to_have_text(["Gate", "Door"])
    bare.get_by_role("button", name="Columns").click()
    menu = bare.locator("#columns-menu")
    menu.get_by_role("checkbox", name="Type").check()
    menu.get_by_role("checkbox", name="Owner").uncheck()
    menu.get_by_role("button", name="Show").click()
    expect(bare.get_by_role("columnheader", name="Type")).to_be_visible()
    expect(bare.get_by_role("columnheader", name="Owner")).to_have_count(0)
    expect(bare.locator("tbody .row-link")).to_have_text(["Gate", "Door"])


def test_the_scheme_and_the_folded_sidebar_are_chosen_and_kept(bare: Page) -> None:
    bare.goto("/clients?status=active")
    bare.get_by_role("button", name="Your menu").click()
    bare.get_by_role("menuitemradio", name="Dark").click()
    expect(bare.locator("html")).to_have_attribute("data-theme", "dark")
    expect(bare).to_have_url(re.compile(r"/clients\?status=active$"))
    bare.get_by_role("button", name="Fold the sidebar").click()
    expect(bare.locator("body")).to_have_class(re.compile("sidebar-collapsed"))
    bare.get_by_role("button", name="Fold the sidebar").click()
    expect(bare.locator("body")).not_to_have_class(re.compile("sidebar-collapsed"))
