"""What will become of one row of an import: told by looking, nothing is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from crm.db.transaction import Transaction
from crm.errors import Busy, CrmError, Full, Invalid
from crm.fields import name_key
from crm.imports.described import importing_of
from crm.imports.entry import Entry, RowResult
from crm.imports.fitting import LONGEST_SHOWN, refusal_of_row
from crm.imports.foretelling import Claim, claims_in, foretell_client, foretell_lead
from crm.imports.item_entries import find_item, fitted_item, item_values
from crm.imports.lead_entries import lead_title
from crm.imports.matches import Matches
from crm.imports.matching import find_client, find_lead
from crm.imports.record import Item, Problem, Record
from crm.records.keys import email_key, sort_key
from crm.records.kind import Kind


@dataclass(frozen=True, slots=True)
class Found:
    """`known` is the id of what the row is about if that exists, `marks` are what it is known again by.
    `foretold` are the problems that the import would find in a row that it does not skip.
    """

    outcome: RowResult
    known: int | None = None
    marks: Sequence[str] = ()
    foretold: Sequence[Problem] = ()
    claims: Sequence[Claim] = ()


def find_outcome(tx: Transaction, entry: Entry, record: Record, matches: Matches) -> Found:
    """Adds to the record's problems those of which it is sure."""
    if record.left_out:
        return Found("left_out")
    if entry.kind is not None:
        return _of_item(tx, entry, record, entry.kind)
    client = None
    if entry.options.duplicates != "add" and record.name:
        usual = matches.find if record.exported is None else partial(find_client, tx, source=entry.source)
        client = usual(record)
    known = _known_lead(tx, entry, record, client) if record.lead is not None else client
    marks = [] if entry.options.duplicates == "add" else _marks(record)
    return _foretold(record, known, marks, lambda: _of_client(tx, entry, record, client, known))


def _known_lead(tx: Transaction, entry: Entry, record: Record, client: int | None) -> int | None:
    if record.lead is None or entry.options.duplicates == "add":
        return None
    return find_lead(tx, record.lead, record.lead.title or record.name, client, entry.source)


def _of_client(
    tx: Transaction, entry: Entry, record: Record, client: int | None, known: int | None
) -> list[Claim]:
    """Of those that are stored: a client who is here, and a lead, stay as they are where duplicates do."""
    updates = entry.options.duplicates == "update"
    claims: list[Claim] = []
    if record.name and (client is None or updates):
        claims += foretell_client(tx, entry, record, client)
    if record.lead is not None and (known is None or updates):
        claims += foretell_lead(tx, entry, record, lead_title(record), known)
    return claims


def _foretold(
    record: Record, known: int | None, marks: Sequence[str], foretell: Callable[[], list[Claim]]
) -> Found:
    before = record.problems
    record.problems, claims = list(before), list[Claim]()
    try:
        claims = foretell()
        refused: list[Problem] = []
    except (Busy, Full):
        raise
    except CrmError as error:
        refused = [refusal_of_row(record, error)]
    foretold = refused or record.problems[len(before) :]
    record.problems = before
    return Found("left_out" if refused else "created", known, marks, foretold, claims)


def _of_item(tx: Transaction, entry: Entry, record: Record, kind: Kind) -> Found:
    item = record.item or Item()
    try:
        values = item_values(tx, entry, record, kind)
    except Invalid as error:
        said = item.on.said[:LONGEST_SHOWN]
        record.problems.append(Problem(record.row, error.problems[0].message, None, said, left_out=True))
        return Found("left_out")
    adds = entry.options.duplicates == "add"
    own = importing_of(kind).marks
    marks = [f"{kind.name} {mark}" for mark in own(values)] if own and not adds else []
    known = None if adds else find_item(tx, entry, item, kind, values)
    if known is not None and entry.options.duplicates != "update":
        return Found("created", known, marks)

    def foretell() -> list[Claim]:
        fields, given = fitted_item(tx, entry, record, values, known or 0)
        return [
            *_taken(tx, kind, fields.model_dump(), known or 0),
            *claims_in(tx, kind.name, given.get("custom")),
        ]

    return _foretold(record, known, marks, foretell)


def _taken(tx: Transaction, kind: Kind, values: dict[str, object], known: int) -> list[Claim]:
    """Raises Conflict for a value that another record has."""
    claims = []
    for name, refuse in importing_of(kind).taken.items():
        value = values.get(name)
        if value is not None:
            refuse(tx, value, besides=known)
            claims.append(
                Claim(name, f"{kind.name} {name} {name_key(str(value))}", str(value), leaves_out=True)
            )
    return claims


def _marks(record: Record) -> list[str]:
    """By which a later row could be about the same client or lead."""
    if record.lead is not None:
        own = record.lead.external_id or f"{record.lead.title or record.name}\x1f{record.name}"
        return [f"lead {own}"]
    keys = [f"mail {email_key(email.address)}" for email in record.emails]
    keys += [f"phone {phone.number}" for phone in record.phones]
    return keys + ([f"company {sort_key(record.name)}"] if record.is_company else [])
