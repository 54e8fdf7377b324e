"""A workspace whose records hold what forms no longer offer: people, stages and currencies that went."""

from dataclasses import dataclass

from crm.accounts.fields import UserChanges, WorkspaceChanges
from crm.accounts.saved_views import create_view
from crm.accounts.users import change_user
from crm.accounts.view_fields import ViewFields
from crm.accounts.workspaces import change_workspace
from crm.catalogue.product_fields import ProductFields
from crm.catalogue.products import create_product
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicles import create_vehicle
from crm.clients.trash import delete_client
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.quick_replies import add_quick_reply
from crm.conversations.templates.templates import add_template
from crm.conversations.thread.conversations import change_conversation
from crm.conversations.thread.fields import ConversationChanges
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.documents.company import change_company
from crm.documents.company_fields import CompanyChanges
from crm.documents.fields import QuoteFields
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoices import create_invoice
from crm.documents.quotes import create_quote
from crm.fields import parse_fields
from crm.vault import Vault
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.arrivals import arrive, value
from tests.support.campaigns import add_odd_campaigns
from tests.support.cast import insert_user
from tests.support.clients import add_client
from tests.support.deals import add_odd_deal
from tests.support.leads import add_lead, furnish, stages_of
from tests.support.odd_custom_fields import fill_custom_fields
from tests.support.web_forms import add_odd_web_form
from tests.support.webhooks import add_odd_webhook
from tests.support.whatsapp import text

TAGS = ["a, b", '"quoted"', 'a 12" pipe', "  spaced", "ремонт"]
WORDS = " Ünï, “odd” & <b>'words'\"  "
TEXT = 'Line one\n\n\tLine <two> & "three"\nLine four'


@dataclass(frozen=True, slots=True)
class OddRecords:
    """Ids by the names that addresses give them."""

    ids: dict[str, list[int]]


def fill_oddly(db: Database, owner: Actor, colleague: Actor, vault: Vault) -> OddRecords:
    """The colleague looks after all of it, and is disabled then. A number is connected already."""
    furnish(db, owner)
    clients = _clients(db, owner, colleague)
    leads = _leads(db, owner, colleague, clients)
    tasks = _tasks(db, owner, colleague, clients[0])
    notes, views = _notes(db, owner, clients[0]), _views(db, owner)
    arrive(db, vault, text("wamid.odd"))
    conversation = int(value(db, "SELECT MAX(id) FROM conversations"))
    changes = ConversationChanges(assignee_id=colleague.user_id)
    db.write(change_conversation, owner, conversation, changes)
    template = db.write(add_template, owner, TemplateFields(name="ready", body="Ready {{1}}"))
    reply = db.write(add_quick_reply, owner, QuickReplyFields(title=WORDS, text=TEXT))
    zone = WorkspaceChanges(timezone="US/Eastern", name=WORDS)
    workspace, me, other = int(owner.workspace_id or 0), int(owner.user_id or 0), int(colleague.user_id or 0)
    fields = fill_custom_fields(db, owner, colleague, clients[0], leads[0])
    db.write(change_workspace, owner, zone, None)
    db.write(change_user, owner, other, UserChanges(disabled=True, name=WORDS))
    viewer = db.write(insert_user, SYSTEM, workspace, "watcher", "viewer")
    db.write(_age, owner, leads[0])
    return OddRecords(
        {
            "client_id": clients,
            "lead_id": leads,
            "invoice_id": add_odd_invoices(db, owner, clients),
            "quote_id": add_odd_quotes(db, owner, clients, leads),
            **add_odd_deal(db, owner, clients[0], leads[0]),
            "vehicle_id": add_odd_vehicles(db, owner),
            "campaign_id": add_odd_campaigns(db, owner, WORDS, TEXT),
            "product_id": add_odd_products(db, owner),
            **add_odd_web_form(db, owner, WORDS),
            **add_odd_webhook(db, owner, vault, WORDS),
            "task_id": tasks,
            "note_id": notes,
            "view_id": views,
            "conversation_id": [conversation],
            "template_id": [template.id],
            "reply_id": [reply.id],
            "field_id": fields,
            "user_id": [me, other, viewer],
        }
    )


def _clients(db: Database, owner: Actor, colleague: Actor) -> list[int]:
    company = add_client(db, owner, name=WORDS, kind="company", website="https://example.org/a?b=c&d='e'")
    person = add_client(
        db, owner, name="=SUM(A1) " + WORDS, phone="+498912345678",
        emails=[{"email": "o'hara+tag@müller.example", "label": WORDS}, {"email": "two@müller.example"}],
        addresses=[
            {"street": TEXT, "city": "00123", "country": "AX", "region": WORDS},
            {"city": WORDS, "label": "site"},
        ],
        birthday="--02-29", job_title=WORDS, language="gsw", currency="JOD",
        phones=[{"phone": "+498912345678"}, {"phone": "+4989123456789", "label": "mobile"}],
        company_id=company.id, address=TEXT, city="00123", country="AX", source=WORDS, notes=TEXT,
        status="prospect", owner_id=colleague.user_id, tags=TAGS,
    )  # fmt: skip
    gone = add_client(db, owner, name="Gone", kind="company")
    orphan = add_client(db, owner, name="Orphan", email="or.phan@example.org")
    db.write(delete_client, owner, gone.id)
    db.write(lambda tx: tx.run(
        "UPDATE clients SET company_id = :gone WHERE workspace_id = :workspace_id AND id = :id",
        gone=gone.id, id=orphan.id,
    ), owner)  # fmt: skip
    return [person.id, company.id, orphan.id]


def _leads(db: Database, owner: Actor, colleague: Actor, clients: list[int]) -> list[int]:
    stages = stages_of(db, owner)
    odd = add_lead(
        db, owner, title="=1+1 " + WORDS, value="1234.567", currency="KWD", client_id=clients[0],
        owner_id=colleague.user_id, source=WORDS, expected_close="1970-01-01", details=TEXT, tags=TAGS,
    )  # fmt: skip
    lost = add_lead(db, owner, title="0012", stage_id=stages["Lost"].id, lost_reason=WORDS, value="0.10")
    won = add_lead(
        db,
        owner,
        title="Won",
        stage_id=stages["Won"].id,
        value="9999999999999.99",
        expected_close="9999-12-30",
    )
    return [odd.id, lost.id, won.id]


def add_odd_quotes(db: Database, owner: Actor, clients: list[int], leads: list[int]) -> list[int]:
    line = {"title": WORDS, "details": TEXT, "quantity": "0.1234", "unit": "m²", "unit_price": "1234.567"}
    lines: list[dict[str, object]] = [
        {"kind": "section", "title": WORDS},
        {**line, "tax_rate": "8.125", "discount": "0.5", "discount_amount": "1.005", "optional": True},
        {**line, "alternative": True, "chosen": True, "quantity": "1234567.5"},
        {"kind": "text", "details": TEXT},
    ]
    texts = {"title": WORDS, "header": TEXT, "footer": TEXT, "tags": TAGS, "valid_until": "9999-12-30"}
    odd = {**texts, "lines": lines, "currency": "KWD", "discount": "1.25", "discount_amount": "0.125"}
    about = {"client_id": clients[0], "lead_id": leads[0], "prices_include_tax": True}
    return [
        db.write(create_quote, owner, parse_fields(QuoteFields, each)).id for each in ({**odd, **about}, {})
    ]


def add_odd_invoices(db: Database, owner: Actor, clients: list[int]) -> list[int]:
    """Two drafts, and one that was issued."""
    line = {"title": WORDS, "details": TEXT, "quantity": "-0.1234", "unit": "m²", "unit_price": "1234.567"}
    free = {"tax_category": "exempt", "tax_reason": WORDS}
    lines: list[dict[str, object]] = [
        {"kind": "section", "title": WORDS},
        {**line, **free},
        {**line, "tax_rate": "8.125", "quantity": "1234567.5", "discount": "0.5", "discount_amount": "1.005"},
        {"kind": "text", "details": TEXT},
    ]
    texts = {"title": WORDS, "header": TEXT, "footer": TEXT, "tags": TAGS, "buyer_reference": WORDS[:50]}
    days = {"delivered_on": "1970-01-01", "delivered_until": "9999-12-30", "payment_days": 0}
    odd = {**texts, **days, "lines": lines, "currency": "KWD", "discount": "1.25", "client_id": clients[0]}
    drafts = [db.write(create_invoice, owner, parse_fields(InvoiceFields, each)).id for each in (odd, {})]
    usual = {"title": "Usual", "client_id": clients[0], "lines": [{"title": "Roof", "unit_price": 10}]}
    last = db.write(create_invoice, owner, parse_fields(InvoiceFields, usual)).id
    address = {"legal_name": WORDS, "street": TEXT, "city": WORDS, "tax_number": "1", "vat_id": "DE123456789"}
    db.write(change_company, owner, parse_fields(CompanyChanges, address))
    db.write(issue_invoice, owner, last)
    return [*drafts, last]


def add_odd_vehicles(db: Database, owner: Actor) -> list[int]:
    usual = {"year": 1965, "make": "Škoda", "model": "1000 MB"}
    words = dict.fromkeys(("trim", "body", "fuel", "transmission", "colour", "condition", "location"), WORDS)
    costs = [{"title": WORDS, "amount": "0.125", "spent_on": "2026-01-31"}, {"title": "Free", "amount": 0}]
    odd = {
        **usual, **words, "vin": "1ZZZZ12A1RT000001", "mileage": 9_999_999, "mileage_unit": "mi",
        "first_registration": "1965-04-01", "cost": "1234.567", "price": "0", "currency": "KWD",
        "status": "withdrawn", "description": TEXT, "notes": TEXT, "reconditioning": costs, "tags": TAGS,
    }  # fmt: skip
    return [db.write(create_vehicle, owner, parse_fields(VehicleFields, each)).id for each in (odd, usual)]


def add_odd_products(db: Database, owner: Actor) -> list[int]:
    odd = {
        "name": WORDS, "kind": "service", "sku": WORDS, "unit": "m²", "price": "1234.567", "currency": "KWD",
        "cost": "0.125", "tax_class": "small_business", "active": False, "category": WORDS,
        "description": TEXT, "prices": [{"currency": "JPY", "price": "0"}], "tracked": True, "tags": TAGS,
    }  # fmt: skip
    made = [parse_fields(ProductFields, each) for each in (odd, {"name": "Plain"})]
    return [db.write(create_product, owner, each).id for each in made]


def _tasks(db: Database, owner: Actor, colleague: Actor, client: int) -> list[int]:
    about = {"subject": "client", "subject_id": client}
    given: list[dict[str, object]] = [
        {"title": WORDS, "details": TEXT, "assignee_id": colleague.user_id, **about},
        {"title": "To the millisecond", "due_at": "2027-03-14T09:05:07.089Z", "repeat": "monthly"},
        {"title": "A day", "due_day": "2027-01-31", "repeat": "monthly"},
        {"title": "Its last minute", "due_at": "2027-03-14T22:59:00Z", "repeat": "weekly"},
    ]
    return [db.write(create_task, owner, parse_fields(TaskFields, each)).id for each in given]


def _notes(db: Database, owner: Actor, client: int) -> list[int]:
    about = {"subject": "client", "subject_id": client, "text": TEXT}
    call = {"kind": "call", "direction": "in", "minutes": 0, "happened_at": "2026-11-21T07:39:11.123Z"}
    return [db.write(add_note, owner, parse_fields(NoteFields, {**about, **more})).id for more in ({}, call)]


def _views(db: Database, owner: Actor) -> list[int]:
    shared = {"name": WORDS, "shared": True, "is_default": True}
    own = {"name": '"', "shared": False}
    about = {"list": "clients", "query": "tag=a%2C+b"}
    return [
        db.write(create_view, owner, parse_fields(ViewFields, {**about, **each})).id for each in (shared, own)
    ]


def _age(tx: Transaction, lead_id: int) -> None:
    """What earlier rules allowed: a currency that ended, an archived stage."""
    tx.run(
        """
        UPDATE leads
           SET currency = 'HRK'
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
    )
    tx.run(
        """
        UPDATE stages
           SET archived_at = :now
         WHERE workspace_id = :workspace_id
           AND id = (SELECT stage_id FROM leads WHERE workspace_id = :workspace_id AND id = :lead_id)
        """,
        lead_id=lead_id,
    )
