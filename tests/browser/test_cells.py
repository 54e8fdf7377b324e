"""A cell of a list is changed in place, by keyboard alone."""

from playwright.sync_api import Page, expect

from crm.clients.client import get_client
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client, patch_client


def test_cells_are_changed_by_keyboard_refused_left_and_chosen_from(
    page: Page, live_db: Database, founder: Actor
) -> None:
    client = add_client(live_db, founder, name="Anna Cell", email="anna@example.org")
    page.goto("/clients?q=Cell")
    cell = page.locator("td[data-cell=email]")
    cell.focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="E-mail")
    expect(field).to_be_focused()
    field.fill("nothing")
    page.keyboard.press("Escape")
    expect(cell).to_have_text("anna@example.org")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    field.fill("no address")
    page.keyboard.press("Enter")
    expect(cell.get_by_role("alert")).to_contain_text("Is not an e-mail address")
    field.fill("new@example.org")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Phone")).to_be_focused()
    expect(cell).to_have_text("new@example.org")
    patch_client(live_db, founder, client.id, {"email": "theirs@example.org"})
    page.get_by_role("textbox", name="Phone").fill("+49 30 901820")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Save mine")).to_be_visible()
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator("td[data-cell=phone]")).to_contain_text("901820")
    stored = live_db.read(get_client, founder, client.id)
    assert (stored.email, stored.phone) == ("theirs@example.org", "+4930901820")
