"""With scripts switched off nothing is dead: the main jobs are done to their end by links and forms alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page, expect

from crm.accounts.saved_views import create_view
from crm.accounts.view_fields import ViewFields
from crm.conversations.channels.channels import Channel
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.quick_replies import add_quick_reply
from crm.conversations.templates.templates import add_template
from crm.conversations.thread.inbox import InboxFilter, count_boxes, list_conversations
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.lead import Lead
from crm.leads.pipeline import Stage, get_default_pipeline
from crm.secret_key import ensure_secret_key
from crm.vault import Vault
from crm.web.app import create_app
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.browser.conftest import settings_of
from tests.browser.test_inbox import Line
from tests.support.appliance import Appliance, wait_until
from tests.support.clients import add_client
from tests.support.leads import add_lead
from tests.support.page_addresses import addresses_of
from tests.support.whatsapp import connect, text

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def bare(context: BrowserContext, appliance: Appliance) -> Iterator[Page]:
    """A page of the founder's, in a browser that runs no scripts."""
    assert context.browser is not None
    plain = context.browser.new_context(
        java_script_enabled=False,
        base_url=appliance.url,
        storage_state=context.storage_state(),
        viewport={"width": 1440, "height": 900},
    )
    plain.set_default_timeout(10_000)
    yield plain.new_page()
    plain.close()


@pytest.fixture
def channel(appliance: Appliance, live_db: Database, founder: Actor, number: int) -> Channel:
    vault = Vault(ensure_secret_key(settings_of(appliance)))
    return connect(live_db, founder, vault, phone_number_id=f"55900{number}")


@pytest.fixture
def line(appliance: Appliance, channel: Channel) -> Line:
    return Line(appliance, channel.address)


# What looks like a control and does nothing. Menus and what is folded are opened first, as a reader can.
DEAD_CONTROLS = """
() => {
  for (const opener of document.querySelectorAll("[popovertarget]"))
    document.getElementById(opener.getAttribute("popovertarget"))?.removeAttribute("popover");
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const shown = (each) => each.checkVisibility({ visibilityProperty: true }) && each.type !== "hidden";
  const submits = "button:not([type=button]):not([type=reset])";
  const sends = (form) =>
    form?.hasAttribute("action") && [...form.elements].some((each) => each.matches(submits) && shown(each));
  const isThere = (to) => !to.startsWith("#") || document.getElementById(to.slice(1));
  const leads = (to) => to && to !== "#" && !to.startsWith("javascript:") && isThere(to);
  const acts = (each) => ({
    submit: each.form && (each.form.hasAttribute("action") || each.hasAttribute("formaction")),
    reset: each.form,
    button: document.getElementById(each.getAttribute("popovertarget")),
  })[each.type];
  const field = (each) => each.disabled || each.readOnly || (each.name && sends(each.form));
  const works = {
    a: (each) => leads(each.getAttribute("href")),
    button: (each) => each.disabled || acts(each),
    input: field,
    select: field,
    textarea: field,
  };
  const native = Object.keys(works).join();
  const roles = ["button", "tab", "menuitem", "menuitemradio", "combobox", "option"];
  const acting = roles.map((role) => `[role=${role}]`).join();
  return [...document.querySelectorAll(native + "," + acting)]
    .filter((each) => shown(each) && !works[each.localName]?.(each))
    .map((each) => each.outerHTML.replace(/\\s+/g, " ").slice(0, 160));
}
"""
LINKS = """
() => [...document.querySelectorAll("a[href]")]
  .filter((each) => each.checkVisibility() && each.origin === location.origin)
  .map((each) => each.href.split("#")[0])
"""


@pytest.fixture
def ids(
    live_db: Database, founder: Actor, cards: dict[str, Lead], channel: Channel, line: Line
) -> dict[str, list[int]]:
    """A record of each kind to show, by the names that addresses give them."""
    company = add_client(live_db, founder, name="Acme", kind="company")
    person = add_client(live_db, founder, name="Anna", company_id=company.id, phone="+35391234567")
    about = {"subject": "client", "subject_id": person.id}
    note = live_db.write(add_note, founder, parse_fields(NoteFields, {**about, "text": "Wants a roof"}))
    task = live_db.write(create_task, founder, parse_fields(TaskFields, {**about, "title": "Call"}))
    view = {"list": "clients", "name": "Acme's", "query": f"company_id={company.id}"}
    kept = live_db.write(create_view, founder, ViewFields.model_validate(view))
    live_db.write(add_quick_reply, founder, QuickReplyFields(title="Hours", text="We open at nine."))
    template = live_db.write(add_template, founder, TemplateFields(name="ready", body="Ready {{1}}"))
    pipeline = live_db.read(get_default_pipeline, founder)
    line.write(text(f"p{channel.address}", "Hello"))
    wait_until(lambda: live_db.read(count_boxes, founder)["open"])
    conversation = live_db.read(list_conversations, founder, InboxFilter(box="open"), limit=1).rows[0]
    return {
        "client_id": [person.id, company.id],
        "lead_id": [cards["a"].id],
        "note_id": [note.id],
        "task_id": [task.id],
        "view_id": [kept.id],
        "template_id": [template.id],
        "pipeline_id": [pipeline.id],
        "stage_id": [pipeline.stages[0].id],
        "conversation_id": [conversation.id],
        "channel_id": [channel.id],
        "user_id": [founder.user_id or 0],
    }


def test_each_control_that_is_shown_works_and_each_link_leads_to_a_whole_page(
    bare: Page, appliance: Appliance, ids: dict[str, list[int]]
) -> None:
    dead: list[str] = []
    links: dict[str, str] = {}
    walked = 0
    for address in addresses_of(create_app(settings_of(appliance)), ids):
        answer = bare.request.get(address)
        if not answer.headers["content-type"].startswith("text/html") or not is_page(answer):
            continue  # a part of a page, that only scripts ask for
        bare.goto(address)
        walked += 1
        for link in bare.evaluate(LINKS):
            links[re.sub(r"[0-9]+|=[^&]*", "", link)] = link
        dead += [f"{address}: {control}" for control in bare.evaluate(DEAD_CONTROLS)]
    assert dead == []
    assert walked > 30
    opened = {link: bare.request.get(link) for link in links.values()}
    parts = [link for link, answer in opened.items() if answer.status >= 400 or not is_page(answer)]
    assert [link for link in parts if "/api/files/" not in link and "/backups/" not in link] == []


def is_page(answer: APIResponse) -> bool:
    kind = answer.headers.get("content-type", "")
    return not kind.startswith("text/html") or answer.text().lstrip().lower().startswith("<!doctype html")


def test_a_lead_gets_a_client_that_is_looked_for_and_another_that_is_made(
    bare: Page, live_db: Database, founder: Actor
) -> None:
    for name in ("Anna Berg", "Anna Holm", "Bert"):
        add_client(live_db, founder, name=name)
    bare.goto("/leads/new")
    bare.get_by_label("Title").fill("Roof")
    bare.get_by_label("Look for: Client").fill("anna")
    bare.get_by_role("button", name="Find").click()
    expect(bare.locator("noscript .field-hint")).to_have_text("Found for “anna”: 2")
    expect(bare.get_by_label("Title")).to_have_value("Roof")
    bare.locator("#client_id").select_option(label="Anna Holm")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("link", name="Anna Holm", exact=True).first).to_be_visible()
    bare.get_by_role("link", name="Edit").click()
    bare.get_by_label("Name of a new client").fill("Jonas Keller")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("link", name="Jonas Keller", exact=True).first).to_be_visible()


def test_a_client_is_made_with_a_new_company_and_the_list_filtered_by_it(bare: Page) -> None:
    bare.goto("/clients/new")
    bare.get_by_label("Name", exact=True).fill("Anna")
    bare.get_by_label("Name of a new company").fill("Acme Roofs")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("link", name="Acme Roofs").first).to_be_visible()
    bare.goto("/clients")
    bare.get_by_role("button", name="Filter", exact=True).click()
    bare.get_by_label("Look for: Company").fill("acme")
    bare.get_by_role("button", name="Find").click()
    bare.get_by_role("button", name="Filter", exact=True).click()
    bare.locator("#filter-builder").get_by_role("button", name="Show").click()
    expect(bare.locator("tbody .row-link")).to_have_text(["Anna"])


def test_what_cannot_be_undone_asks_first(bare: Page, line: Line) -> None:
    bare.goto("/settings/channels")
    bare.locator(".rows .row-link").click()
    assert not bare.get_by_role("button", name="Disconnect").is_visible()
    bare.locator("summary", has_text="Disconnect").click()
    bare.get_by_role("button", name="Disconnect").click()
    expect(bare.get_by_text("No number yet")).to_be_visible()


def test_a_card_is_moved_and_a_lead_added_to_a_stage(
    bare: Page, cards: dict[str, Lead], stages: dict[str, Stage]
) -> None:
    bare.goto("/board")
    bare.get_by_role("button", name="Move b").click()
    bare.get_by_label("Stage").select_option(label="Negotiation")
    bare.get_by_role("button", name="Move", exact=True).click()
    column = bare.get_by_role("region", name=re.compile("Negotiation"))
    expect(column.get_by_role("link", name="b", exact=True)).to_be_visible()
    column.get_by_role("button", name="Add a lead to Negotiation").click()
    bare.get_by_label("Title").fill("Roof")
    bare.get_by_role("button", name="Save").click()
    expect(bare.get_by_role("heading", level=1)).to_have_text("Roof")
    expect(bare.locator(".path [aria-current]")).to_have_text("Negotiation")


def test_a_card_is_lost_with_its_reason(bare: Page, cards: dict[str, Lead]) -> None:
    bare.goto("/board")
    bare.get_by_role("button", name="Move a", exact=True).click()
    bare.get_by_label("Stage").select_option(label="Lost")
    bare.get_by_label("Lost reason").fill("Too expensive")
    bare.get_by_role("button", name="Move", exact=True).click()
    bare.goto(f"/leads/{cards['a'].id}")
    expect(bare.locator(".facts")).to_contain_text("Too expensive")


def test_a_note_is_written_changed_deleted_and_taken_back_and_a_call_and_a_task_too(
    bare: Page, cards: dict[str, Lead]
) -> None:
    bare.goto(f"/leads/{cards['a'].id}")
    bare.get_by_label("Note", exact=True).and_(bare.locator("textarea")).fill("Wants a roof")
    bare.get_by_role("button", name="Add note").click()
    note = bare.locator(".entry-note")
    note.get_by_role("button", name="Edit").click()
    bare.get_by_label("Text").fill("Wants a green roof")
    bare.get_by_role("button", name="Save").click()
    expect(note.first).to_contain_text("Wants a green roof")
    note.first.get_by_role("button", name="Delete").click()
    note.first.get_by_role("button", name="Undo").click()
    expect(note.first).to_contain_text("Wants a green roof")
    bare.get_by_role("tab", name="Call").click()
    bare.get_by_label("Call notes").fill("Talked of tiles")
    bare.get_by_label("Minutes").fill("5")
    bare.get_by_role("button", name="Log call").click()
    expect(bare.locator("#timeline")).to_contain_text("Talked of tiles")
    bare.get_by_role("tab", name="Task").click()
    bare.get_by_label("Task title").fill("Send the offer")
    bare.get_by_role("button", name="Add task").click()
    bare.get_by_role("button", name="Done: Send the offer").click()
    expect(bare.locator("#tasks")).to_contain_text("No open tasks")


def test_ticked_rows_and_all_that_match_are_changed_and_that_is_undone(
    bare: Page, live_db: Database, founder: Actor
) -> None:
    for name in ("Anna", "Bert", "Carl"):
        add_client(live_db, founder, name=name)
    bare.goto("/clients")
    bare.get_by_label("Select Anna").check()
    bare.get_by_role("button", name="Status", exact=True).click()
    bare.get_by_role("menuitem", name="Prospect").click()
    expect(bare.locator("tr", has_text="Anna").locator("option[selected]")).to_have_text("Prospect")
    expect(bare.locator("tr", has_text="Bert").locator("option[selected]")).to_have_text("Active")
    bare.get_by_label("All 3 matching").check()
    bare.get_by_role("button", name="Status", exact=True).click()
    bare.get_by_role("menuitem", name="Inactive").click()
    expect(bare.locator("tbody option[selected]")).to_have_text(["Inactive"] * 3)
    bare.get_by_role("button", name="Undo").click()
    expect(bare.locator("tr", has_text="Anna").locator("option[selected]")).to_have_text("Prospect")


def test_a_client_goes_to_the_trash_and_comes_back(bare: Page, live_db: Database, founder: Actor) -> None:
    client = add_client(live_db, founder, name="Anna")
    bare.goto(f"/clients/{client.id}")
    bare.get_by_role("button", name="More").click()
    bare.get_by_role("menuitem", name="Move to the trash").click()
    bare.goto("/clients/trash")
    bare.get_by_role("button", name="Restore").click()
    expect(bare.get_by_role("heading", level=1)).to_have_text("Anna")


def test_lists_are_filtered_sorted_and_show_the_chosen_columns(
    bare: Page, live_db: Database, founder: Actor
) -> None:
    for title, value in (("Roof", 100), ("Door", 900), ("Gate", 500)):
        add_lead(live_db, founder, title=title, value=value)
    bare.goto("/leads")
    bare.get_by_role("button", name="Filter", exact=True).click()
    bare.get_by_label("Value: from").fill("400")
    bare.locator("#filter-builder").get_by_role("button", name="Show").click()
    expect(bare.locator("tbody .row-link")).to_have_count(2)
    bare.get_by_role("columnheader", name="Value").get_by_role("link").click()
    expect(bare.locator("tbody .row-link")).to_have_text(["Gate", "Door"])
    bare.get_by_role("button", name="Columns").click()
    menu = bare.locator("#columns-menu")
    menu.get_by_role("checkbox", name="Type").check()
    menu.get_by_role("checkbox", name="Owner").uncheck()
    menu.get_by_role("button", name="Show").click()
    expect(bare.get_by_role("columnheader", name="Type")).to_be_visible()
    expect(bare.get_by_role("columnheader", name="Owner")).to_have_count(0)
    expect(bare.locator("tbody .row-link")).to_have_text(["Gate", "Door"])


def test_a_customer_is_answered_by_a_quick_reply_snoozed_and_read(
    bare: Page, line: Line, live_db: Database, founder: Actor, number: int
) -> None:
    live_db.write(add_quick_reply, founder, QuickReplyFields(title="Hours", text="We open at nine."))
    for place in range(45):
        line.write(text(f"n{number}-{place}", f"Word {place}"))
    bare.goto("/inbox")
    row = bare.get_by_role("link", name="Kerry Fisher")
    for _ in range(100):
        bare.goto("/inbox")
        if row.count():
            break
        bare.wait_for_timeout(100)
    row.click()
    bare.get_by_role("button", name="Mark as read").click()
    expect(bare.get_by_role("button", name="Mark as read")).to_have_count(0)
    bare.get_by_role("link", name="Earlier").click()
    expect(bare.locator("#messages")).to_contain_text("Word 0")
    bare.go_back()
    bare.get_by_role("button", name="Quick replies").click()
    bare.get_by_role("menuitem", name="Hours").click()
    expect(bare.locator("#reply textarea")).to_have_value("We open at nine.")
    bare.get_by_role("button", name="Send", exact=True).click()
    expect(bare.locator("#messages")).to_contain_text("We open at nine.")
    bare.get_by_role("button", name="Snooze").click()
    bare.locator("#snooze-menu").get_by_role("menuitem").first.click()
    expect(bare.get_by_text("Snoozed until").first).to_be_visible()


def test_the_scheme_and_the_folded_sidebar_are_chosen_and_kept(bare: Page) -> None:
    bare.goto("/clients?status=active")
    bare.get_by_role("button", name="Your menu").click()
    bare.get_by_role("menuitemradio", name="Dark").click()
    expect(bare.locator("html")).to_have_attribute("data-theme", "dark")
    expect(bare).to_have_url(re.compile(r"/clients\?status=active$"))
    bare.get_by_role("button", name="Fold the sidebar").click()
    expect(bare.locator("body")).to_have_class(re.compile("sidebar-collapsed"))
    bare.get_by_role("button", name="Fold the sidebar").click()
    expect(bare.locator("body")).not_to_have_class(re.compile("sidebar-collapsed"))
