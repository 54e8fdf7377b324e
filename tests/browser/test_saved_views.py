"""A person saves what a list shows, changes it, and finds it again."""

import re

from playwright.sync_api import Page, expect

from crm.accounts.saved_view import list_views
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client


def test_a_list_is_saved_changed_chosen_and_found_again(
    page: Page, live_db: Database, founder: Actor
) -> None:
    for place in range(3):
        add_client(live_db, founder, name=f"Prospect {place}", status="prospect")
    add_client(live_db, founder, name="Acme", kind="company")
    page.goto("/clients")
    page.locator("#filters select[name=status]").select_option("prospect")
    expect(page.locator("#list-count")).to_have_text("3 clients")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("Leads to be")
    page.get_by_label("Open the list with this view").check()
    page.keyboard.press("Enter")

    tab = page.get_by_role("link", name="Leads to be")
    expect(tab).to_have_attribute("aria-current", "page")
    page.locator("#filters select[name=kind]").select_option("company")
    expect(page.get_by_role("link", name=re.compile("Leads to be.*not saved"))).to_be_visible()
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#list-count")).to_have_text("0 clients")
    assert live_db.read(list_views, founder)[0].query == "status=prospect&kind=company"

    page.goto("/")
    page.get_by_role("link", name="Clients", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"kind=company&view=\d+$"))
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator("#list-count")).to_have_text("4 clients")
    page.get_by_role("link", name="Leads to be").click()
    page.get_by_role("link", name="Edit view").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    expect(tab).to_have_attribute("aria-current", "page")
