"""A new lead in a real browser: its client is found in the picker, or made by it."""

from playwright.sync_api import BrowserContext, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client


def type_client(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Client").press_sequentially(name)
    page.get_by_role("option", name="Create “").wait_for()


def test_the_picker_makes_a_client_by_keyboard_with_the_owner_of_the_lead(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Mira Weber")
    page.goto("/leads/new")
    page.get_by_label("Title").fill("New windows")
    type_client(page, "Mira Web")
    options = page.locator("#client_id-list .option > span:last-child")
    expect(options).to_have_text(["Mira Weber", "Create “Mira Web”"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("New: will be created when you save.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New windows")
    page.get_by_role("link", name="Mira Web", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mira Web")
    expect(page.locator("main")).to_contain_text("Olga")


def test_a_chosen_name_is_taken_back_by_typing_on(page: Page) -> None:
    page.goto("/leads/new")
    page.get_by_label("Title").fill("Nobody's")
    type_client(page, "Ann")
    page.get_by_role("option", name="Create “Ann”").click()
    page.get_by_role("combobox", name="Client").press_sequentially("a")
    expect(page.get_by_text("New: will be created when you save.")).to_be_hidden()
    page.get_by_label("Title").click()
    expect(page.get_by_role("combobox", name="Client")).to_have_value("")


def test_a_draft_keeps_the_client_that_was_chosen_or_named(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Mira Weber")
    for typed, chosen in (("Lea Vogt", "Create “Lea Vogt”"), ("Mira", "Mira Weber")):
        page.goto("/leads/new")
        page.get_by_label("Title").fill("Kept")
        type_client(page, typed)
        page.get_by_role("option", name=chosen, exact=True).click()
        page.goto("/leads")
        page.goto("/leads/new")
        page.get_by_role("button", name="Restore").click()
        name = chosen.removeprefix("Create “").removesuffix("”")
        expect(page.get_by_role("combobox", name="Client")).to_have_value(name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()


def test_a_client_is_made_with_a_lead_without_scripts_too(context: BrowserContext, page: Page) -> None:
    cookies = context.cookies()
    assert context.browser is not None
    bare = context.browser.new_context(java_script_enabled=False)
    bare.set_default_timeout(10_000)
    root = page_root(page)
    bare.add_cookies([{"name": each["name"], "value": each["value"], "url": root} for each in cookies])
    try:
        plain = bare.new_page()
        plain.goto(f"{root}/leads/new")
        plain.get_by_label("Title").fill("Roof")
        plain.get_by_label("Name of a new client").fill("Jonas Keller")
        plain.get_by_role("button", name="Save").click()
        expect(plain.get_by_role("link", name="Jonas Keller", exact=True).first).to_be_visible()
    finally:
        bare.close()


def page_root(page: Page) -> str:
    page.goto("/")
    return page.url.rstrip("/")
