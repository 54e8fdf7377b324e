"""An owner erases a person, after seeing what goes and typing the name; and sets a rule after seeing it."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from tests.support.clients import add_client

pytestmark = pytest.mark.timeout(300)


def test_a_person_is_erased_only_after_their_name_was_typed(
    page: Page, live_db: Database, founder: Actor
) -> None:
    eve = add_client(live_db, founder, name="Eve Gone", email="eve@example.com")
    live_db.write(add_note, founder, NoteFields(subject="client", subject_id=eve.id, text="Likes tea"))
    page.goto(f"/clients/{eve.id}/erase")
    expect(page.locator("#erased-with")).to_contain_text("Notes: 1")
    expect(page.locator("#erase-backups")).to_be_visible()
    page.get_by_label("Name of the client").fill("Eve")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("is not the name of this client").first).to_be_visible()
    page.get_by_label("Name of the client").fill("Eve Gone")
    page.get_by_label("Reason").fill("asked by letter")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("The client was erased for good.")).to_be_visible()
    expect(page.get_by_text("Eve Gone")).to_have_count(0)
    page.goto(f"/clients/{eve.id}/erase")
    expect(page.get_by_text("This client has been erased already.")).to_be_visible()
    page.goto("/settings/retention")
    page.get_by_role("textbox", name="Lost leads").fill("1095")
    page.get_by_role("button", name="Show what they erase").click()
    expect(page.get_by_text("Nothing is erased yet.")).to_be_visible()
    page.get_by_role("button", name="Switch on these rules").click()
    expect(page.get_by_role("textbox", name="Lost leads")).to_have_value("1095")
    expect(page).to_have_url(re.compile("/settings/retention$"))
