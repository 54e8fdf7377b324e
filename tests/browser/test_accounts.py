"""Accounts in a real browser: a fresh appliance is claimed, a colleague joins, works, and is locked out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm.accounts.credentials import new_secret
from crm.accounts.fields import InvitationFields
from crm.accounts.invitations import create_invitation
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.appliance import Appliance
from tests.support.axe import faults_of, grave_findings
from tests.support.people import PASSWORD


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Appliance]:
    with Appliance(tmp_path, WEB_WORKERS="1") as appliance:
        yield appliance


@pytest.fixture
def people(browser: Browser, fresh: Appliance) -> Iterator[list[Page]]:
    """Two persons at browsers of their own."""
    contexts = [
        browser.new_context(base_url=fresh.url, locale="de-DE", timezone_id="Europe/Berlin") for _ in "ab"
    ]
    for context in contexts:
        context.set_default_timeout(10_000)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def set_up(page: Page, code: str) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup$"))
    page.get_by_label("Setup code").fill(code)
    page.get_by_label("Workspace name").fill("Acme")
    page.get_by_label("Your name").fill("Olga Petrova")
    page.get_by_label("Your e-mail").fill("olga@acme.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Set up the workspace").click()


def log_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def log_out(page: Page) -> None:
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def invite(page: Page, role: str) -> str:
    """The link, as it is shown once."""
    page.goto("/settings/users")
    page.get_by_role("radio", name=role).check()
    page.get_by_role("button", name="Create invitation link").click()
    return page.get_by_role("textbox", name="The invitation").input_value()


def test_from_the_first_start_to_a_colleague_who_is_locked_out(fresh: Appliance, people: list[Page]) -> None:
    owner, colleague = people
    code = re.search(r"asks for: (\S+)", fresh.output)
    assert code is not None
    set_up(owner, "0000-0000-0000")
    expect(owner.locator("#code-error")).to_be_visible()
    set_up(owner, code[1].lower())
    expect(owner).to_have_url(f"{fresh.url}/")
    owner.goto("/settings/workspace")
    expect(owner.get_by_label("Country")).to_have_value("DE")
    expect(owner.get_by_label("Currency")).to_have_value("EUR")
    expect(owner.get_by_label("Time zone")).to_have_value("Europe/Berlin")

    log_out(owner)
    log_in(owner, "olga@acme.example")
    expect(owner).to_have_url(f"{fresh.url}/")

    colleague.goto(invite(owner, "Viewer"))
    expect(colleague.get_by_role("heading", name="Join Acme")).to_be_visible()
    expect(colleague.get_by_label("Invitation")).not_to_be_visible()
    colleague.get_by_label("Your name").fill("Greta Lund")
    colleague.get_by_label("Your e-mail").fill("greta@acme.example")
    colleague.get_by_label("Password", exact=True).fill(PASSWORD)
    colleague.get_by_role("button", name="Join").click()
    expect(colleague).to_have_url(f"{fresh.url}/")
    expect(colleague.get_by_role("link", name="New client")).to_have_count(0)
    for forbidden in ("/clients/new", "/settings/users", "/settings/workspace"):
        answer = colleague.goto(forbidden)
        assert answer is not None and answer.status == 403, forbidden

    owner.goto("/settings/users")
    owner.get_by_role("link", name="Greta Lund").click()
    owner.get_by_role("radio", name="Member").check()
    owner.get_by_role("button", name="Save").click()
    expect(owner.locator("#toasts")).to_contain_text("Saved")
    colleague.goto("/clients/new")
    expect(colleague.get_by_role("heading", name="New client")).to_be_visible()

    owner.get_by_role("link", name="Greta Lund").click()
    owner.get_by_role("button", name="Deactivate").click()
    owner.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(owner.get_by_role("listitem").filter(has_text="Greta Lund")).to_contain_text("Deactivated")
    colleague.goto("/clients")
    expect(colleague).to_have_url(re.compile("/login"))
    log_in(colleague, "greta@acme.example")
    expect(colleague.get_by_role("alert")).to_contain_text("E-mail or password is wrong")


def test_a_used_link_says_so(page: Page, context: BrowserContext, appliance: Appliance) -> None:
    link = invite(page, "Member")
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#toasts")).to_contain_text("Invitation revoked.")
    context.clear_cookies()
    page.goto(link)
    expect(
        page.get_by_role("heading", name="This invitation has expired or was already used")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Join")).not_to_be_visible()


def test_a_token_is_copied_now_or_never(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/settings/tokens")
    page.get_by_label("What it is for").fill("Nightly export")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Create token").click()
    token = page.get_by_role("textbox", name="The token Nightly export").input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == token
    answer = context.request.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["data"]["scope"] == "read"
    page.goto("/settings/tokens")
    expect(page.get_by_text("Nightly export")).to_be_visible()
    assert token not in page.content()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No tokens yet")).to_be_visible()


@pytest.fixture
def link(live_db: Database, founder: Actor) -> str:
    fields = InvitationFields(email="g@acme.example")
    return f"/join#{live_db.write(create_invitation, founder, fields, new_secret()).token}"


def test_no_page_of_accounts_has_a_grave_finding(page: Page, founder: Actor, link: str) -> None:
    found = faults_of(page, [f"/settings/users/{founder.user_id}"])
    page.context.clear_cookies()
    assert found + faults_of(page, (link, "/join", "/login")) == []


def test_the_set_up_has_no_grave_finding(people: list[Page]) -> None:
    found = faults_of(people[0], ["/setup"])
    set_up(people[0], "0000-0000-0000")
    expect(people[0].locator("#code-error")).to_be_visible()
    assert found + grave_findings(people[0]) == []
