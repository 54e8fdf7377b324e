"""A person finds two clients that are one, merges them, and separates them again."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.clients.duplicate_scan import scan_some
from crm.db.actor import Actor
from crm.db.database import Database
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from tests.support.clients import add_client

pytestmark = pytest.mark.timeout(300)


def test_two_clients_are_merged_and_separated_again(page: Page, live_db: Database, founder: Actor) -> None:
    anna = add_client(live_db, founder, name="Anna Nowak", city="Berlin")
    other = add_client(live_db, founder, name="Nowak Anna", city="Bonn", email="anna@example.com")
    live_db.write(add_note, founder, NoteFields(subject="client", subject_id=other.id, text="Likes tea"))
    for _ in range(100):
        live_db.write(scan_some, founder)
        page.goto("/clients/duplicates")
        if page.get_by_text("Same name").count():
            break
        page.wait_for_timeout(200)
    page.get_by_role("link", name="Compare and merge").click()
    expect(page.get_by_text("Notes: 1")).to_be_visible()
    page.get_by_role("radio", name="Bonn").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("Merged with Nowak Anna")).to_be_visible()
    expect(page.get_by_text("Likes tea")).to_be_visible()
    expect(page.get_by_text("Bonn").first).to_be_visible()
    page.goto(f"/clients/{other.id}")
    expect(page).to_have_url(re.compile(rf"/clients/{anna.id}$"))
    page.get_by_role("button", name="Separate").click()
    expect(page.get_by_text("Nowak Anna is a client of its own again.")).to_be_visible()
    expect(page.get_by_text("Likes tea")).to_have_count(0)
    page.goto(f"/clients/{other.id}")
    expect(page.get_by_role("heading", name="Nowak Anna")).to_be_visible()
    expect(page.get_by_text("Likes tea")).to_be_visible()
