"""What makes work calm: drafts, the chosen scheme, the folded sidebar, keys, menus."""

from playwright.sync_api import BrowserContext, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.appliance import Appliance
from tests.support.clients import add_client
from tests.support.people import enter, hire

STORED = "JSON.stringify(Object.entries(localStorage))"
SCHEME = "getComputedStyle(document.documentElement).colorScheme"
# Of each thing to press its height, with what its `::after` adds around it.
SMALL_TARGETS = """
[...document.querySelectorAll("button, select, .button, .input, .tab")]
    .filter((one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter((one) => one.getBoundingClientRect().width > 1)
    .map((one) => [one.outerHTML.slice(0, 90), Math.max(one.getBoundingClientRect().height,
        parseFloat(getComputedStyle(one, "::after").height) || 0)])
    .filter(([, height]) => height < 43.5)
"""


def test_what_was_typed_survives_a_lost_page_until_it_is_saved(page: Page) -> None:
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Anna Nowak")
    page.get_by_text("More fields").click()
    page.get_by_label("Tags").press_sequentially("vip,")
    page.goto("/clients")
    page.goto("/clients/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Anna Nowak")
    expect(page.get_by_role("button", name="Remove vip")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anna Nowak")
    page.goto("/clients/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_a_draft_can_be_discarded(page: Page) -> None:
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Nobody")
    page.goto("/")
    page.goto("/clients/new")
    page.get_by_role("button", name="Discard", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")


def test_a_draft_that_is_not_answered_waits_behind_what_is_typed_and_saved(page: Page) -> None:
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Abandoned")
    page.goto("/")
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Another")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Another")
    page.goto("/clients/new")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Abandoned")


def test_a_lost_connection_loses_nothing_that_was_typed(page: Page) -> None:
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Anna")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    page.goto("/clients/new")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Anna")


def test_drafts_go_with_a_log_out_though_another_page_is_still_open(
    page: Page, context: BrowserContext
) -> None:
    other = context.new_page()
    for each in (page, other):
        each.goto("/clients/new")
        each.get_by_label("Name", exact=True).fill("Secret Buyer")
    page.wait_for_timeout(600)
    assert "Secret Buyer" in page.evaluate(STORED)
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitem", name="Log out").click()
    page.wait_for_url("**/login*")
    other.get_by_label("Name", exact=True).press_sequentially(" and more")
    other.wait_for_timeout(600)
    other.goto("/login")
    assert "Secret Buyer" not in page.evaluate(STORED)


def test_after_a_session_ran_out_the_same_person_finds_the_draft_and_another_does_not(
    page: Page, live_db: Database, founder: Actor, email: str, appliance: Appliance
) -> None:
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Secret Buyer")
    page.wait_for_timeout(600)
    colleague = hire(live_db, founder, "member", f"colleague{founder.user_id}")
    addresses = [email, f"colleague{founder.user_id}@acme.example", email]
    found = []
    for address in addresses:
        page.context.clear_cookies()
        page.goto("/clients/new")
        assert "/login" in page.url
        session = enter(live_db, address).session
        page.context.add_cookies([{"name": "holdfast_session", "value": session, "url": appliance.url}])
        page.goto("/clients/new")
        found.append(page.get_by_role("button", name="Restore").count())
    assert found == [1, 0, 0]
    assert colleague.user_id != founder.user_id and "Secret Buyer" not in page.evaluate(STORED)


def test_the_chosen_scheme_stays_over_pages(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    assert page.evaluate(SCHEME) == "dark"
    page.goto("/clients")
    assert page.evaluate(SCHEME) == "dark"
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("menuitemradio", name="Same as the system").click()
    page.reload()
    assert page.evaluate(SCHEME) == "light dark"


def test_the_sidebar_stays_folded(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("[")
    page.goto("/clients")
    assert page.locator("#sidebar").bounding_box()["width"] < 80  # type: ignore[index]
    expect(page.get_by_role("link", name="Activity")).to_be_visible()


def test_keys_go_places_but_not_while_one_types(page: Page, live_db: Database, founder: Actor) -> None:
    add_client(live_db, founder, name="Anna")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text("Clients")
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anna")
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/clients")
    page.get_by_role("searchbox").press_sequentially("cg?e")
    expect(page.get_by_role("searchbox")).to_have_value("cg?e")
    expect(page.get_by_role("heading", level=1)).to_have_text("Clients")


def test_rows_are_ticked_and_a_search_is_left_by_the_keyboard_alone(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Anna")
    page.goto("/clients")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search clients")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Select Anna")).to_be_checked()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Select Anna")).not_to_be_checked()
    expect(page.locator(".bulk-bar")).to_be_hidden()


def test_tasks_are_walked_and_opened_by_keys(page: Page, live_db: Database, founder: Actor) -> None:
    for title in ("Call", "Write"):
        given = {"title": title, "assignee_id": founder.user_id}
        live_db.write(create_task, founder, parse_fields(TaskFields, given))
    for path in ("/tasks", "/my-day"):
        page.goto(path)
        first, second = page.locator(".task-title").all()[:2]
        page.keyboard.press("j")
        expect(first).to_be_focused()
        page.keyboard.press("j")
        expect(second).to_be_focused()
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tasks/*/edit")


def test_a_finger_finds_44_pixels_wherever_something_is_pressed(
    page: Page, live_db: Database, founder: Actor
) -> None:
    client = add_client(live_db, founder, name="Anna", tags=["vip"])
    page.set_viewport_size({"width": 375, "height": 740})
    for address in ("/clients", f"/clients/{client.id}/edit", f"/clients/{client.id}", "/board", "/my-day"):
        page.goto(address)
        assert page.evaluate(SMALL_TARGETS) == [], address


def test_a_menu_is_walked_by_arrows_and_gives_the_focus_back(
    page: Page, live_db: Database, founder: Actor
) -> None:
    client = add_client(live_db, founder, kind="company", name="Acme")
    page.goto(f"/clients/{client.id}")
    opener = page.get_by_role("button", name="More")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Add a person")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Merge with another client")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Move to the trash")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_pages_work_without_scripts(
    context: BrowserContext, appliance: Appliance, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Anna")
    browser = context.browser
    assert browser is not None
    state = context.storage_state()
    plain = browser.new_context(java_script_enabled=False, base_url=appliance.url, storage_state=state)
    bare = plain.new_page()
    bare.goto("/clients?q=ann")
    bare.get_by_role("link", name="Anna").click()
    bare.get_by_role("link", name="Edit").click()
    bare.get_by_label("City").fill("Rīga")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_text("Rīga").first).to_be_visible()
    plain.close()


def test_the_settings_are_a_gear_at_the_foot_of_the_sidebar(page: Page) -> None:
    page.goto("/")
    gear = page.locator("#sidebar").get_by_role("link", name="Settings")
    box = gear.bounding_box()
    assert box is not None
    assert box["y"] > 900 - 250
    assert gear.locator("svg use").get_attribute("href").endswith("#settings")  # type: ignore[union-attr]
    gear.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Profile")
