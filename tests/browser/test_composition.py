"""An input method's keys (Japanese, Chinese, Korean) end a composition and do nothing else, on any page."""

from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead
from tests.support.clients import add_client

PAGES = ("/", "/clients/new", "/clients", "/leads/new", "/board", "/my-day", "/inbox", "/inbox/new")
# Sends each key to each thing that takes one, as a composing browser does; what any handler took for its own.
COMPOSE = """
() => {
  const taken = [];
  const fields = [document.body, ...document.querySelectorAll("input:not([type=hidden]), textarea, .card-link, [role=tab], .menu-item")];
  for (const field of fields)
    for (const key of ["Enter", ",", "Escape", "ArrowDown", "ArrowUp", "Backspace", "j", "?", "m", "k"])
      for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ctrlKey: key === "k", ...composing });
        field.dispatchEvent(event);
        if (event.defaultPrevented) taken.push([field.outerHTML.slice(0, 60), key]);
      }
  return taken;
}
"""  # noqa: E501


def test_no_handler_takes_a_key_of_a_composition(
    page: Page, live_db: Database, founder: Actor, cards: dict[str, Lead]
) -> None:
    client = add_client(live_db, founder, name="山田", tags=["vip"])
    records = (f"/clients/{client.id}", f"/clients/{client.id}/edit", f"/leads/{cards['a'].id}")
    for address in (*PAGES, *records):
        page.goto(address)
        assert page.evaluate(COMPOSE) == [], address
        assert page.url.endswith(address)
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_enter_makes_a_tag_only_once_the_composition_has_ended(page: Page) -> None:
    page.goto("/clients/new")
    page.get_by_text("More fields").click()
    tags = page.get_by_label("Tags")
    tags.fill("東京")
    tags.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(page.get_by_role("button", name="Remove 東京")).to_have_count(0)
    tags.press("Enter")
    expect(page.get_by_role("button", name="Remove 東京")).to_be_visible()
    tags.fill('"a, b"')
    tags.press("Enter")
    expect(page.get_by_role("button", name="Remove a, b")).to_be_visible()
