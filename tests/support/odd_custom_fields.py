"""A custom field of each type with an odd value, for clients and leads."""

from typing import Any

from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.leads.fields import LeadChanges
from crm.leads.leads import change_lead

ODD: dict[str, Any] = {
    "text": '="odd" & <b>\'words\'', "long_text": "Line one\n\n\tLine <two>\nthree", "number": -1234.567,
    "money": 1200.5, "percent": 0.125, "date": "1000-01-01", "datetime": "2026-11-27T09:00:05.123Z",
    "url": "https://example.org/a?b=c&d='e'", "email": "o'hara+tag@example.org", "phone": "+4930901820",
    "yes_no": False, "choice": "a_b", "multi_choice": ["a_b", "c"],
}  # fmt: skip
CHOICES = [{"label": 'a, "b"'}, {"label": "<c>"}]


def fill_custom_fields(db: Database, owner: Actor, colleague: Actor, client: int, lead: int) -> list[int]:
    """The ids of the fields. The colleague and the client are values too."""
    values = ODD | {"user": colleague.user_id, "client": client}
    made = [_field(db, owner, kind, each) for kind in ("client", "lead") for each in values]
    changes = parse_fields(ClientChanges, {"custom": values})
    db.write(change_client, owner, client, changes, allow_duplicate=True)
    db.write(change_lead, owner, lead, parse_fields(LeadChanges, {"custom": values}))
    return made


def _field(db: Database, owner: Actor, kind: str, field_type: str) -> int:
    more: dict[str, Any] = {"choices": CHOICES} if "choice" in field_type else {}
    given = {"kind": kind, "label": f"Odd <{field_type}> & more", "key": field_type, "field_type": field_type}
    return db.write(create_custom_field, owner, parse_fields(NewCustomField, given | more)).id
