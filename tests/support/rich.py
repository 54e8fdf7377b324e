"""A workspace that has something of nearly everything, and is exported."""

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from crm.accounts.fields import InvitationFields, TokenFields
from crm.accounts.invitations import create_invitation
from crm.accounts.saved_views import create_view
from crm.accounts.tokens import create_token
from crm.accounts.view_fields import ViewFields
from crm.appliance.transfer import export_to
from crm.attribution.touches import keep_touch
from crm.catalogue.galleries import add_picture
from crm.catalogue.product_fields import ProductFields, StockMovement
from crm.catalogue.products import create_product
from crm.catalogue.stock_movements import move_stock
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicles import create_vehicle
from crm.clients.consent_fields import ConsentFields
from crm.clients.consents import add_consent
from crm.clients.duplicate_scan import keep_pair
from crm.clients.kind import CLIENT
from crm.clients.merge_fields import ClientMerge
from crm.clients.merges import merge_clients
from crm.clients.picture import set_picture
from crm.config import Settings
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields, TemplateLink
from crm.conversations.templates.quick_replies import add_quick_reply
from crm.conversations.templates.templates import add_template
from crm.conversations.writing.fields import Words
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.deals.deal_fields import DealFields, DealRules
from crm.deals.deals import create_deal
from crm.deals.rules import change_rules
from crm.documents.company import change_company
from crm.documents.company_fields import CompanyChanges
from crm.documents.company_logo import drawn_logo, set_logo
from crm.documents.credit_notes import CreditFields, credit_invoice
from crm.documents.fields import QuoteFields
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoice_mails import InvoiceMailFields, mail_invoice
from crm.documents.invoices import create_invoice
from crm.documents.links import LinkFields, send_quote
from crm.documents.payment_fields import PaymentFields
from crm.documents.payments import add_payment
from crm.documents.quote_template_fields import QuoteTemplateFields
from crm.documents.quote_templates import save_quote_template
from crm.documents.quotes import create_quote
from crm.documents.sending import QuoteSending, send_quote_by
from crm.fields import parse_fields
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.kinds import open_database
from crm.numbers.series import SeriesChanges, change_series
from crm.records.bulk import Change
from crm.records.many import change_selection
from crm.vault import Vault
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support import samples
from tests.support.arrivals import arrive
from tests.support.campaigns import add_corrected_campaign
from tests.support.cast import gather_cast
from tests.support.clients import add_client, patch_client
from tests.support.deals import add_odd_deal
from tests.support.leads import add_lead, furnish
from tests.support.odd_custom_fields import fill_custom_fields
from tests.support.talk import write
from tests.support.webhooks import add_odd_webhook
from tests.support.whatsapp import CUSTOMER, KEY, connect, message, text


@dataclass(frozen=True, slots=True)
class Rich:
    export: Path
    workspace_id: int


def export_everything(settings: Settings, target: Path) -> Rich:
    """`settings` are of a prepared, empty appliance."""
    db = open_database(settings)
    cast = gather_cast(db)
    owner = cast.owner
    furnish(db, owner)
    company = add_client(db, owner, kind="company", name="Müller & Söhne", website="https://example.org")
    ada = add_client(
        db, owner, name="Ada", email="ada@example.org", phone=f"+{CUSTOMER}", company_id=company.id,
        address="Main Street 1\n12345 Berlin", city="Berlin", country="DE", tags=["VIP"], notes="Likes tea",
    )  # fmt: skip
    site = {"label": "site", "street": "Dorfstraße 2", "city": "Graz", "country": "AT"}
    patch_client(db, owner, ada.id, {"addresses": [{"street": "Main Street 1", "city": "Berlin"}, site]})
    other = add_client(db, owner, kind="company", name="Second company")
    roles = [{"company_id": company.id, "role": "Director"}, {"company_id": other.id, "role": "Adviser"}]
    patch_client(db, owner, ada.id, {"companies": roles})
    lead = add_lead(
        db, owner, title="Roof", value="1200.50", client_id=ada.id, tags=["VIP"], expected_close="2026-12-01"
    )
    fill_custom_fields(db, owner, cast.colleague, ada.id, lead.id)
    db.write(change_selection, owner, CLIENT, [company.id, ada.id], Change("tag", "together"))
    _add_quote(db, owner, ada.id, lead.id)
    _add_goods(db, owner, settings)
    add_corrected_campaign(db, owner)
    db.write(keep_touch, owner, "api", {"ad_id": "700", "gclid": "G1"}, lead_id=lead.id)
    _add_words(db, owner, ada.id)
    add_odd_deal(db, owner, ada.id, lead.id)
    db.write(change_rules, owner, DealRules(tax_base="price", tax_rate=Decimal("7.25")))
    _add_files(db, owner, settings, ada.id)
    _add_talk(db, owner)
    _add_doubles(db, owner)
    add_odd_webhook(db, owner, Vault(KEY), "Books")
    agreed = {"channel": "whatsapp", "state": "opted_in", "source": "form", "note": "Yes, please"}
    db.write(add_consent, owner, ada.id, ConsentFields.model_validate(agreed))
    export_to(settings, int(owner.workspace_id or 0), target)
    db.close()
    return Rich(target, int(owner.workspace_id or 0))


def _add_quote(db: Database, owner: Actor, client_id: int, lead_id: int) -> None:
    line = {"title": "Tiles", "quantity": "12.5", "unit": "m²", "unit_price": "29.90", "tax_rate": "19"}
    lines = [{"kind": "section", "title": "Roof"}, line, {**line, "optional": True, "discount": "5"}]
    given = {"title": "Roof", "client_id": client_id, "lead_id": lead_id, "lines": lines}
    fields = parse_fields(QuoteFields, {**given, "header": "Dear Ada", "tags": ["VIP"]})
    quote = db.write(create_quote, owner, fields)
    db.write(send_quote, owner, quote.id, LinkFields(), "q" * 43)
    deal = db.write(
        create_deal, owner, parse_fields(DealFields, {"lines": [{"title": "Tiles", "unit_price": 5}]})
    )
    of_deal = {"deal_id": deal.id, "lines": [line], "after_acceptance": "invoice"}
    db.write(create_quote, owner, parse_fields(QuoteFields, of_deal))
    saved = parse_fields(QuoteTemplateFields, {"name": "Roof", "quote_id": quote.id})
    db.write(save_quote_template, owner, saved)
    by_mail = QuoteSending(by="email", to="ada@example.org", subject="Roof", text="Dear Ada")
    db.write(send_quote_by, owner, quote.id, by_mail, "m" * 43, mail_set_up=True)
    company = {
        "legal_name": "Dach GmbH",
        "street": "Ring 1",
        "city": "Berlin",
        "tax_number": "12/345/67890",
        "iban": "DE89370400440532013000",
        "small_business": True,
    }
    db.write(change_company, owner, parse_fields(CompanyChanges, company))
    db.write(set_logo, owner, drawn_logo("logo.png", BytesIO(samples.picture())))
    db.write(change_series, owner, "invoice", SeriesChanges(format="R-{year}-{seq:04}"))
    _add_invoice(db, owner, client_id, quote.id)


def _add_invoice(db: Database, owner: Actor, client_id: int, quote_id: int) -> None:
    """An issued one with a payment and a credit note, and a draft of a quote."""
    db.write(
        create_invoice,
        owner,
        parse_fields(InvoiceFields, {"quote_id": quote_id, "title": None, "tags": ["VIP"]}),
    )
    line = {"title": "Tiles", "unit_price": "29.90", "tax_category": "small_business"}
    given = {"title": "Roof", "client_id": client_id, "lines": [line], "buyer_reference": "7"}
    invoice = db.write(create_invoice, owner, parse_fields(InvoiceFields, given))
    db.write(issue_invoice, owner, invoice.id)
    db.write(mail_invoice, owner, invoice.id, InvoiceMailFields(to="ada@example.org"), mail_set_up=True)
    db.write(add_payment, owner, invoice.id, parse_fields(PaymentFields, {"amount": 5, "note": "Cash"}))
    db.write(credit_invoice, owner, invoice.id, CreditFields(reason="Broken"))


def _add_goods(db: Database, owner: Actor, settings: Settings) -> None:
    golf = {"year": 2024, "make": "Volkswagen", "model": "Golf", "vin": "WZZZZZTESTZ000001", "tags": ["VIP"]}
    costs = [{"title": "Tyres", "amount": "400.50", "spent_on": "2026-02-01"}]
    fields = VehicleFields.model_validate({**golf, "cost": 9000, "price": 12_000, "reconditioning": costs})
    vehicle = db.write(create_vehicle, owner, fields)
    store, workspace = file_store(settings), int(owner.workspace_id or 0)
    with stored_upload(store, workspace, "golf.png", BytesIO(samples.picture()), limit=100_000) as upload:
        db.write(add_picture, owner, "vehicle", vehicle.id, upload)
    prices = [{"currency": "CHF", "price": "95"}]
    tyre = {
        "name": "Tyre",
        "sku": "T1",
        "price": "89.50",
        "currency": "EUR",
        "prices": prices,
        "tracked": True,
    }
    product = db.write(create_product, owner, ProductFields.model_validate({**tyre, "tracked": True}))
    with stored_upload(store, workspace, "tyre.png", BytesIO(samples.picture()), limit=100_000) as upload:
        db.write(add_picture, owner, "product", product.id, upload)
    db.write(move_stock, owner, product.id, StockMovement.model_validate({"quantity": "4.5"}))


def _add_words(db: Database, owner: Actor, client_id: int) -> None:
    about = {"subject": "client", "subject_id": client_id}
    call = {"kind": "call", "text": "Called", "minutes": 5, "direction": "out"}
    db.write(add_note, owner, NoteFields.model_validate({**call, **about}))
    task = {
        "title": "Call back",
        "details": "On Monday",
        "due_at": "2026-12-01T09:00:00Z",
        "repeat": "weekly",
    }
    db.write(create_task, owner, TaskFields.model_validate({**task, **about}))
    query = f"company_id={client_id}&sort=name"
    fields = ViewFields(list="clients", name="Theirs", query=query, shared=True, is_default=True)
    db.write(create_view, owner, fields)
    db.write(create_token, owner, TokenFields(name="Script"), "s" * 43)
    db.write(create_invitation, owner, InvitationFields(email="eva@example.org"), "t" * 43)


def _add_files(db: Database, owner: Actor, settings: Settings, client_id: int) -> None:
    store, workspace = file_store(settings), int(owner.workspace_id or 0)
    with stored_upload(store, workspace, "letter.txt", BytesIO(b"letter"), limit=100) as upload:
        db.write(attach_file, owner, "client", client_id, upload)
    picture = BytesIO(samples.picture())
    with stored_upload(store, workspace, "ada.png", picture, limit=100_000, picture=True) as upload:
        db.write(set_picture, owner, client_id, upload)


def _add_doubles(db: Database, owner: Actor) -> None:
    """One that was merged, and two that are probably one."""
    first, second, third = (
        add_client(db, owner, name=name) for name in ("Eva Nowak", "E. Nowak", "Nowak Eva")
    )
    emails = [{"email": "eva@example.org"}, {"email": "e.nowak@example.org"}]
    patch_client(db, owner, first.id, {"emails": emails})
    about = {"subject": "client", "subject_id": second.id}
    db.write(add_note, owner, NoteFields.model_validate({"text": "Called", **about}))
    db.write(merge_clients, owner, first.id, ClientMerge(other_id=second.id))
    db.write(keep_pair, owner, first.id, third.id, 72, ["name"])


def _add_talk(db: Database, owner: Actor) -> None:
    vault = Vault(KEY)
    connect(db, owner, vault)
    arrive(db, vault, text("wamid.1"))
    edited = {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "Hello!"}}}
    moved = {"type": "user_changed_number", "body": "New number", "wa_id": "4915112345679"}
    arrive(db, vault, message("wamid.2", "edit", edit=edited), message("wamid.3", "system", system=moved))
    link = TemplateLink(button=0, text="Track", url="https://example.org/{{1}}")
    db.write(
        add_template, owner, TemplateFields(name="ready", body="Ready {{1}}", header="News", links=[link])
    )
    db.write(add_quick_reply, owner, QuickReplyFields(title="Thanks", text="Thank you!"))
    write(db, owner, Words(text="Hi"))
