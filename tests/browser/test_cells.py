"""A cell of a list is changed in place, by keyboard alone."""

from playwright.sync_api import Page, expect

from crm.clients.client import get_client
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from tests.support.clients import add_client, patch_client


def test_cells_are_changed_by_keyboard_refused_left_and_chosen_from(
    page: Page, live_db: Database, founder: Actor
) -> None:
    client = add_client(live_db, founder, name="Anna Cell", email="anna@example.org")
    page.goto("/clients?q=Cell")
    of_owner = page.locator("td[data-cell=owner_id]")
    of_owner.click()
    expect(of_owner.locator("select")).to_be_focused()
    page.keyboard.press("Escape")
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


def test_names_and_custom_fields_of_a_record_are_changed_where_they_are_shown(
    page: Page, live_db: Database, founder: Actor
) -> None:
    field = parse_fields(NewCustomField, {"kind": "client", "label": "Motto", "field_type": "long_text"})
    live_db.write(create_custom_field, founder, field)
    client = add_client(live_db, founder, name="Anna Place", custom={"motto": "Old"})
    page.goto(f"/clients/{client.id}")
    name, motto = (page.get_by_role("link", name=f"Change: {label}") for label in ("Name", "Motto"))
    name.focus()
    page.keyboard.press("Enter")
    typed = page.get_by_role("textbox", name="Name")
    expect(typed).to_be_focused()
    typed.fill("Nobody")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Anna Place")).to_be_visible()
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    typed.fill("Berta Place")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Berta Place")).to_be_visible()
    expect(name).to_be_focused()
    motto.click()
    text = page.get_by_role("textbox", name="Motto")
    expect(text).to_be_focused()
    patch_client(live_db, founder, client.id, {"custom": {"motto": "Theirs"}})
    text.fill("Mine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Theirs")).to_be_visible()
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator("dd[data-editable]:not(:has(form))", has_text="Mine")).to_be_visible()
    stored = live_db.read(get_client, founder, client.id)
    assert (stored.name, stored.custom) == ("Berta Place", {"motto": "Mine"})
