"""With scripts switched off nothing is dead: the main jobs are done to their end by links and forms alone."""

import re

import pytest
from playwright.sync_api import APIResponse, Page, expect

from crm.accounts.saved_views import create_view
from crm.accounts.view_fields import ViewFields
from crm.conversations.channels.channels import Channel
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.quick_replies import add_quick_reply
from crm.conversations.templates.templates import add_template
from crm.conversations.thread.inbox import InboxFilter, count_boxes, list_conversations
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.lead import Lead
from crm.leads.pipeline import get_default_pipeline
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
from tests.support.campaigns import add_odd_campaigns
from tests.support.clients import add_client
from tests.support.deals import add_odd_deal
from tests.support.imports import upload_odd_file
from tests.support.odd_records import add_odd_invoices, add_odd_products, add_odd_quotes, add_odd_vehicles
from tests.support.page_addresses import addresses_of
from tests.support.report_files import upload_odd_reports
from tests.support.web_forms import add_odd_web_form
from tests.support.webhooks import add_odd_webhook
from tests.support.whatsapp import connect, text

pytestmark = pytest.mark.timeout(300)


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
    size = {"kind": "client", "label": "Size", "field_type": "choice", "choices": [{"label": "Small"}]}
    field = live_db.write(create_custom_field, founder, parse_fields(NewCustomField, size))
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
        "field_id": [field.id],
        "user_id": [founder.user_id or 0],
        "product_id": add_odd_products(live_db, founder),
        "vehicle_id": add_odd_vehicles(live_db, founder),
        "campaign_id": add_odd_campaigns(live_db, founder, "Spring roofs", "In print and on the web"),
        "quote_id": add_odd_quotes(live_db, founder, [person.id], [cards["a"].id]),
        "invoice_id": add_odd_invoices(live_db, founder, [person.id]),
        **add_odd_deal(live_db, founder, person.id, cards["a"].id),
    }


def test_each_control_that_is_shown_works_and_each_link_leads_to_a_whole_page(
    bare: Page, appliance: Appliance, live_db: Database, founder: Actor, ids: dict[str, list[int]]
) -> None:
    ids["import_id"] = [upload_odd_file(settings_of(appliance), live_db, founder)]
    ids["collection_id"] = upload_odd_reports(settings_of(appliance), live_db, founder)
    ids |= add_odd_web_form(live_db, founder, "Site")
    ids |= add_odd_webhook(live_db, founder, Vault(ensure_secret_key(settings_of(appliance))), "Program")
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


def test_what_cannot_be_undone_asks_first(bare: Page, line: Line) -> None:
    bare.goto("/settings/channels")
    bare.locator(".rows .row-link").click()
    assert not bare.get_by_role("button", name="Disconnect").is_visible()
    bare.locator("summary", has_text="Disconnect").click()
    bare.get_by_role("button", name="Disconnect").click()
    expect(bare.get_by_text("No number yet")).to_be_visible()


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
