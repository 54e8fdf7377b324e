"""The pickers of companies and clients create what they do not find, together with the form."""

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead
from tests.support.clients import add_client

pytestmark = pytest.mark.timeout(300)


def create(page: Page, picker: str, name: str) -> None:
    page.get_by_role("combobox", name=picker).press_sequentially(name)
    page.get_by_role("option", name=f"Create “{name}”").click()
    expect(page.get_by_text("New: will be created when you save.")).to_be_visible()


def test_a_client_is_saved_with_a_company_that_is_created(page: Page) -> None:
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Anna")
    create(page, "Company", "Acme Roofs")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Acme Roofs").first.click()
    expect(page.get_by_role("link", name="Anna")).to_be_visible()


def test_a_lead_that_is_edited_gets_a_client_that_is_created(page: Page, cards: dict[str, Lead]) -> None:
    page.goto(f"/leads/{cards['a'].id}/edit")
    create(page, "Client", "Jonas Keller")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Jonas Keller", exact=True).first).to_be_visible()


def test_the_people_of_a_deleted_company_go_to_one_that_is_created(
    page: Page, live_db: Database, founder: Actor
) -> None:
    company = add_client(live_db, founder, name="Acme", kind="company")
    person = add_client(live_db, founder, name="Anna", company_id=company.id)
    page.goto(f"/clients/{company.id}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Move to the trash").click()
    page.get_by_label("Move to another company").check()
    create(page, "New company", "Beta")
    page.get_by_role("button", name="Move to the trash").click()
    page.goto(f"/clients/{person.id}")
    expect(page.get_by_role("link", name="Beta").first).to_be_visible()
