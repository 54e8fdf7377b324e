"""The record of a client in a real browser: writing onto its timeline, its tasks, its leads, and drafts."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from crm.clients.client import Client
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client
from tests.support.leads import add_lead


@pytest.fixture
def client(live_db: Database, founder: Actor) -> Client:
    return add_client(live_db, founder, name="Anna Nowak")


def note_field(page: Page) -> Locator:
    return page.locator("#compose-note textarea")


def test_a_note_a_call_and_a_task_are_written_onto_a_client_s_timeline(page: Page, client: Client) -> None:
    page.goto(f"/clients/{client.id}")
    note_field(page).fill("Prefers e-mail")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .entry-prose")).to_have_text(["Prefers e-mail"])
    page.get_by_role("tab", name="Call").click()
    page.get_by_label("Call notes").fill("Wants a second flat done")
    page.get_by_role("button", name="Log call").click()
    expect(page.locator("#timeline .entry-prose")).to_have_count(2)
    page.get_by_role("tab", name="Task").click()
    page.get_by_label("Task title").fill("Send the catalogue")
    page.get_by_role("button", name="Add task").click()
    expect(page.locator("#tasks .task-title")).to_have_text(["Send the catalogue"])
    page.get_by_label("Calls", exact=True).check()
    expect(page.locator("#timeline .entry")).to_have_count(1)
    page.get_by_label("All", exact=True).check()
    page.get_by_role("button", name="Done: Send the catalogue").click()
    expect(page.locator("#tasks .task")).to_have_count(0)


def test_what_is_written_onto_a_timeline_survives_a_reload_in_each_form(page: Page, client: Client) -> None:
    page.goto(f"/clients/{client.id}")
    page.get_by_role("tab", name="Call").click()
    page.get_by_label("Call notes").fill("half a call")
    page.get_by_role("tab", name="Task").click()
    page.get_by_label("Task title").fill("half a task")
    page.reload()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Call notes")).to_have_value("half a call")
    expect(page.get_by_label("Call notes")).to_be_visible()
    page.get_by_role("button", name="Log call").click()
    expect(page.locator("#timeline .entry-prose")).to_have_text(["half a call"])
    page.reload()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Task title")).to_have_value("half a task")
    expect(page.get_by_label("Call notes")).to_have_value("")


def test_a_refused_note_stays_where_it_was_typed(page: Page, client: Client) -> None:
    page.goto(f"/clients/{client.id}")
    page.evaluate("document.querySelector('#compose-note textarea').removeAttribute('maxlength')")
    note_field(page).fill("x" * 20_001)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".toast-bad")).to_be_visible()
    assert len(note_field(page).input_value()) == 20_001


def test_a_note_that_could_not_be_sent_is_there_again(context: BrowserContext, client: Client) -> None:
    page = context.new_page()
    page.goto(f"/clients/{client.id}")
    note_field(page).fill("written in a tunnel")
    page.context.set_offline(True)
    page.get_by_role("button", name="Add note").click()
    page.wait_for_timeout(400)
    page.context.set_offline(False)
    page.goto("/clients")
    page.goto(f"/clients/{client.id}")
    page.get_by_role("button", name="Restore").click()
    expect(note_field(page)).to_have_value("written in a tunnel")


def test_a_client_s_record_lists_their_leads_and_begins_a_new_one(
    page: Page, live_db: Database, founder: Actor, client: Client
) -> None:
    add_lead(live_db, founder, title="ремонт офиса", value=150000, client_id=client.id)
    add_lead(live_db, founder, title="somebody else's")
    page.goto(f"/clients/{client.id}")
    leads = page.get_by_role("region", name=re.compile("^Leads"))
    expect(leads.locator(".row-link")).to_have_text(["ремонт офиса"])
    leads.get_by_role("link", name="New lead").click()
    expect(page.get_by_role("combobox", name="Client")).to_have_value("Anna Nowak")
    page.get_by_label("Title").fill("A second flat")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Anna Nowak").click()
    expect(leads.locator(".row-link")).to_have_text(["A second flat", "ремонт офиса"])


def test_ctrl_k_goes_to_a_lead_by_its_client_and_to_the_board_by_its_name(
    page: Page, live_db: Database, founder: Actor, client: Client
) -> None:
    lead = add_lead(live_db, founder, title="ремонт офиса", client_id=client.id)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("nowak")
    page.get_by_role("option", name="ремонт офиса").click()
    page.wait_for_url(f"**/leads/{lead.id}")
    page.keyboard.press("Control+k")
    page.keyboard.type("board")
    expect(page.get_by_role("option", name="Search the inbox")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/board")
