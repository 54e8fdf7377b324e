"""What an import would find in a row as it enters it, told by the check: nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crm.clients.fields import ClientFields
from crm.custom_fields.custom_field import PREFIX, custom_fields_of
from crm.custom_fields.field_types import own_key
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.fields import parse_fields
from crm.imports.entering import ESSENTIAL, values_of
from crm.imports.entry import Entry
from crm.imports.fitting import fitting
from crm.imports.lead_entries import said_values, with_custom
from crm.imports.record import LeadPart, Record
from crm.leads.fields import LeadFields

TAKEN_BY_ROW = Sentence("An earlier row of the file has this value already.")
SHORT = 40
"""No field refuses a word of so few characters for its length."""
LONGEST_NAME = 200
MOST_POINTS = 20
ANY = 1
"""In place of the id of a company, which the import finds or makes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The value of a field that only one record may have: the first row that says it gets it. Another row
    loses the value, or is not imported at all where it `leaves_out` the row.
    """

    field: str
    key: str
    shown: str
    leaves_out: bool = False


def foretell_client(tx: Transaction, entry: Entry, record: Record, known: int | None) -> list[Claim]:
    """Adds problems to the record's. Raises CrmError where the import would refuse the row."""
    if _is_plain(record):
        return []
    if record.company and not record.is_company and len(record.company) > SHORT:
        parse_fields(ClientFields, {"kind": "company", "name": record.company})
    values, _ = values_of(tx, entry, record, company_id=ANY, client_id=known or 0)
    fitting(ClientFields, values, record, ESSENTIAL)
    return claims_in(tx, "client", values.get("custom"))


def foretell_lead(
    tx: Transaction, entry: Entry, record: Record, title: str, known: int | None
) -> list[Claim]:
    """The same of its lead, but for the pipeline, stage and type, which the import finds or makes."""
    lead = record.lead or LeadPart()
    values = {**said_values(lead, record, entry.owners), "title": title}
    values = with_custom(tx, entry, record, values, known or 0)
    fitting(LeadFields, values, record, ("title",))
    return claims_in(tx, "lead", values.get("custom"))


def claims_in(tx: Transaction, kind: str, custom: Mapping[str, Any] | None) -> list[Claim]:
    """The values among them that are unique."""
    fields = custom_fields_of(tx, kind).by_key
    given = [(fields[key], value) for key, value in (custom or {}).items() if key in fields]
    return [
        Claim(f"{PREFIX}{field.key}", f"{kind} {field.id} {own}", str(value))
        for field, value in given
        if (own := own_key(field, value)) is not None
    ]


def _is_plain(record: Record) -> bool:
    """Whether it has nothing but short words that say the same in every workspace: nothing is refused."""
    asked = (record.owner, record.custom, record.exported, record.websites, record.birthday)
    further = (record.language, record.currency, record.company_role, record.companies)
    lists = (record.emails, record.phones, record.addresses, record.tags)
    return (
        not any(asked)
        and not any(further)
        and len(record.name) <= LONGEST_NAME
        and all(len(each) <= MOST_POINTS for each in lists)
        and all(len(text) <= SHORT for text in _words(record))
    )


def _words(record: Record) -> Iterable[str]:
    yield from (record.job_title or "", record.source or "", record.company or "", *record.tags)
    for email in record.emails:
        yield from (email.label, email.address[: SHORT + 1])
    yield from (phone.label for phone in record.phones)
    for address in record.addresses:
        yield from (address.label, address.city, address.region, address.postal_code, *address.street)
