"""What is done with a record most stands at its top, and panels without anything are one line."""

import re
from itertools import product

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support import samples
from tests.support.appliance import Appliance
from tests.support.axe import grave_findings
from tests.support.clients import add_client
from tests.support.leads import add_lead

LINE = 72


@pytest.fixture
def known(live_db: Database, founder: Actor) -> int:
    return add_client(live_db, founder, name="Anna Nowak", phone="+37129123456").id


@pytest.mark.parametrize("view", [*product([1440, 1024, 375], ["light", "dark"])])
def test_actions_stand_at_the_top_and_empty_panels_are_one_line(
    page: Page, live_db: Database, founder: Actor, known: int, view: tuple[int, str]
) -> None:
    width, scheme = view
    lead = add_lead(live_db, founder, client_id=known)
    bare = add_client(live_db, founder, name="Without anything")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for address, actions in (
        (f"/clients/{known}", ["Call", "Message", "New lead", "Task"]),
        (f"/leads/{lead.id}", ["Call", "Message", "Task"]),
        (f"/clients/{bare.id}", ["New lead", "Task"]),
    ):
        page.goto(address)
        links = page.get_by_role("group", name="Quick actions").get_by_role("link")
        expect(links).to_have_text([re.compile(name) for name in actions])
        for link in links.all():
            box = link.bounding_box()
            assert box is not None and box["y"] + box["height"] < 400
        for panel in page.locator(".fold").all():
            if panel.locator(".row-link").count() == 0:
                box = panel.bounding_box()
                assert box is not None and box["height"] <= LINE
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert grave_findings(page) == []


def test_a_task_is_written_from_the_top_and_its_panel_unfolds(page: Page, known: int) -> None:
    page.goto(f"/clients/{known}")
    panel = page.get_by_role("region", name="To do")
    expect(panel).to_contain_text("No open tasks.")
    page.get_by_role("link", name="Task", exact=True).click()
    expect(page.get_by_label("Task title")).to_be_focused()
    page.get_by_label("Task title").fill("Send the offer")
    page.get_by_role("button", name="Add task").click()
    expect(panel.get_by_role("link", name="Send the offer")).to_be_visible()
    box = panel.bounding_box()
    assert box is not None and box["height"] > LINE


def test_a_call_dials_and_opens_the_form_that_logs_it(page: Page, known: int) -> None:
    page.goto(f"/clients/{known}")
    call = page.get_by_role("link", name="Call", exact=True)
    expect(call).to_have_attribute("href", "tel:+37129123456")
    call.evaluate("(link) => link.addEventListener('click', (event) => event.preventDefault())")
    call.click()
    expect(page.get_by_role("tab", name="Call")).to_have_attribute("aria-selected", "true")
    page.get_by_role("link", name="Message", exact=True).click()
    expect(page).to_have_url(re.compile("/inbox"))


def test_a_first_file_unfolds_its_panel(page: Page, known: int) -> None:
    page.goto(f"/clients/{known}")
    plan = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": samples.PDF}
    page.get_by_label("Drop files here").set_input_files(plan)  # type: ignore[arg-type]
    files = page.locator("#files")
    expect(files.get_by_role("link", name="plan.pdf")).to_be_visible()
    expect(files).to_contain_text("Office files up to")


def test_without_scripts_the_task_is_a_form_of_the_page(
    browser: Browser, context: BrowserContext, appliance: Appliance, known: int
) -> None:
    state = context.storage_state()
    bare = browser.new_context(java_script_enabled=False, base_url=appliance.url, storage_state=state)
    bare.set_default_timeout(10_000)
    try:
        page = bare.new_page()
        page.goto(f"/clients/{known}")
        page.get_by_role("link", name="Task", exact=True).click()
        page.get_by_label("Task title").fill("Send the offer")
        page.get_by_role("button", name="Add task").click()
        expect(page.locator("#tasks")).to_contain_text("Send the offer")
    finally:
        bare.close()
