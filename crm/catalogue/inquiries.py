"""What a visitor of the public stock page asks: client, lead and consent in one transaction, or nothing."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from crm.attribution.touches import keep_touch
from crm.catalogue.public_stock import vehicle_for_sale
from crm.catalogue.stock_links import StockLink, get_stock_link, open_stock_link
from crm.catalogue.vehicle import Vehicle
from crm.clients.fields import OptionalEmail, OptionalPhone
from crm.db.transaction import Transaction
from crm.errors import Invalid, TooMany
from crm.fields import Fields, Name, Text, parse_fields, visible
from crm.leads.fields import LeadFields
from crm.leads.inquiring import Agreed, agree, client_who_asks, open_inquiry
from crm.leads.leads import create_lead
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note

MOST_A_DAY = 200
"""By one link: beyond it somebody floods the form, or the business answers its telephone."""
SOURCE = "Stock page"
Message = Annotated[Text, StringConstraints(min_length=1, max_length=2_000), AfterValidator(visible)]


class Inquiry(Fields):
    """An e-mail address or a phone number is needed. `website` is a trap for programs."""

    name: Name
    email: OptionalEmail = None
    phone: OptionalPhone = None
    message: Message
    consent: bool = False
    website: str = Field(default="", max_length=2_000)


def inquire(
    tx: Transaction, token: str, number: str, given: Inquiry, marks: Mapping[str, str] | None = None
) -> None:
    """`marks` tell where they came from. `tx` is of SYSTEM.

    Raises NotFound, Invalid naming the field, and TooMany.

    Whoever asks again about a vehicle while the lead is open adds a note to it.
    """
    actor, link_id = open_stock_link(tx, token)
    inside = tx.acting_as(actor)
    vehicle = vehicle_for_sale(inside, number)
    _check(given)
    if given.website:
        return
    link = get_stock_link(inside, link_id)
    _count(inside, link_id)
    said = {"name": given.name, "email": given.email, "phone": given.phone, "source": SOURCE}
    client_id = client_who_asks(inside, said)
    title = inquiry_title(vehicle)
    text = _text(given, vehicle, link)
    lead_id = open_inquiry(inside, client_id, title)
    if lead_id is None:
        lead = {"title": title, "client_id": client_id, "source": SOURCE, "details": text}
        lead_id = create_lead(inside, parse_fields(LeadFields, lead)).id
    else:
        add_note(inside, NoteFields(subject="lead", subject_id=lead_id, text=text))
    keep_touch(inside, "stock_page", marks or {}, lead_id=lead_id)
    agreed = Agreed(link.consent_text, ["service"])
    agree(inside, client_id, agreed, email=given.email, phone=given.phone)


def inquiry_title(vehicle: Vehicle) -> str:
    """Of the lead that an inquiry becomes."""
    return f"Inquiry: {vehicle.name} ({vehicle.stock_number})"[:200]


def _check(given: Inquiry) -> None:
    if given.email is None and given.phone is None:
        raise Invalid.field("email", "or a phone number is required")
    if not given.consent:
        raise Invalid.field("consent", "is required")


def _count(tx: Transaction, link_id: int) -> None:
    """One statement, so that of many at once none is let through beyond the limit."""
    counted = tx.value(
        """
        UPDATE stock_links
           SET inquiries = CASE WHEN inquired_on = :today THEN inquiries + 1 ELSE 1 END,
               inquired_on = :today
         WHERE workspace_id = :workspace_id
           AND id = :link_id
           AND (inquired_on IS NULL OR inquired_on <> :today OR inquiries < :most)
        RETURNING inquiries
        """,
        link_id=link_id,
        today=tx.now[:10],
        most=MOST_A_DAY,
    )
    if counted is None:
        raise TooMany("Too many inquiries came today. Try again tomorrow, or call us.", 3_600)


def _text(given: Inquiry, vehicle: Vehicle, link: StockLink) -> str:
    about = f"{vehicle.name}, stock number {vehicle.stock_number}"
    said = {"Name": given.name, "E-mail": given.email, "Phone": given.phone, "Agreed to": link.consent_text}
    lines = [f"{label}: {value}" for label, value in said.items() if value]
    return "\n".join([given.message, "", about, *lines])
