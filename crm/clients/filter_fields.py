"""What lists of clients can be filtered by in `?filter=`."""

from functools import partial
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from crm.clients.consent_fields import TOPICS
from crm.clients.fields import Kind, OptionalCountry, Status
from crm.clients.links import belonging_to
from crm.clients.phones import digits_meant, parse_phone
from crm.clients.spellings import spellings
from crm.custom_fields.listing import custom_filters
from crm.db.list_parts import Elsewhere
from crm.db.transaction import Transaction
from crm.field_refusals import refusal_of
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.conditions.periods import Unfit
from crm.records.keys import email_key, place_key, sort_key

COUNTRY: TypeAdapter[Any] = TypeAdapter(OptionalCountry)
LAST_ACTIVITY = """(SELECT max(happened.moment)
                      FROM (SELECT c.updated_at AS moment
                             UNION ALL
                            SELECT (SELECT a.created_at
                                      FROM activities a
                                     WHERE a.workspace_id = :workspace_id
                                       AND a.subject = 'client'
                                       AND a.subject_id = c.id
                                     ORDER BY a.seq DESC
                                     LIMIT 1)) happened)"""


def client_filter_fields(tx: Transaction) -> FilterFields:
    return (
        FIELDS
        | custom_filters(tx, "client", "c")
        | {
            "phone": FilterField(
                type="text",
                column="c.phone",
                indexed=True,
                keys=partial(_phones, tx),
                parts=partial(_digits, tx),
            )
        }
    )


def _phones(tx: Transaction, text: str) -> list[str]:
    return list(spellings(parse_phone(tx, text)))


def _digits(tx: Transaction, text: str) -> list[str]:
    """As a stored number holds them."""
    own = "".join(char for char in text if char.isdigit()).lstrip("0")
    found = [*digits_meant(tx, text), *([own] if own else [])]
    if not found:
        raise Unfit("must have a digit")
    return found


def _place(text: str) -> list[str]:
    return [place_key(text) or text]


def _country(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise Unfit("must be text")
    try:
        return COUNTRY.validate_python(value)
    except ValidationError as error:
        raise Unfit(refusal_of(error).problems[0].message) from None


def _consents(state: str) -> FilterField:
    where = f"held.workspace_id = :workspace_id AND held.is_present = 1 AND held.state = '{state}'"
    held = Elsewhere("client_consents", "held.client_id", where, "held.topic", "held.topic IS NOT NULL")
    return FilterField(
        type="choice", column="held.topic", indexed=True, values=tuple(TOPICS), elsewhere=held, repeated=True
    )


FIELDS: dict[str, FilterField] = {
    "name": FilterField(
        type="text", column="c.name_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "kind": FilterField(
        type="choice", column="c.kind", indexed=True, paired="kind", optional=False, values=get_args(Kind)
    ),
    "status": FilterField(
        type="choice",
        column="c.status",
        indexed=True,
        paired="status",
        optional=False,
        values=get_args(Status),
    ),
    "email": FilterField(
        type="text",
        column="c.email_key",
        indexed=True,
        keys=lambda text: [email_key(text)],
        parts=lambda text: [text.lower()],
    ),
    "phone": FilterField(type="text", column="c.phone", indexed=True),
    "company_id": FilterField(
        type="record", column="c.company_id", indexed=True, of="client", among=belonging_to
    ),
    "owner_id": FilterField(type="record", column="c.owner_id", indexed=True, paired="owner_id", of="user"),
    "tags": FilterField(type="tags", column="c.first_tag"),
    "city": FilterField(type="text", column="c.city_key", indexed=True, paired="city_key", keys=_place),
    "country": FilterField(
        type="choice", column="c.country", indexed=True, paired="country", accepts=_country
    ),
    "address": FilterField(type="text", column="c.address"),
    "website": FilterField(type="text", column="c.website"),
    "source": FilterField(type="text", column="c.source_key", indexed=True, paired="source_key", keys=_place),
    "notes": FilterField(type="text", column="c.notes"),
    "may_contact": _consents("opted_in"),
    "opted_out": _consents("opted_out"),
    "created_at": FilterField(type="moment", column="c.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="c.updated_at", indexed=True, optional=False),
    "last_activity": FilterField(type="moment", column=LAST_ACTIVITY, optional=False, last=True),
}
