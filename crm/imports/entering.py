"""Import one record: its client with the company, its lead and its notes, all or nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.clients.client import CLIENT_RECORD, Client, get_client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import ClientChanges, ClientFields
from crm.clients.kind import CLIENT
from crm.clients.several import MAIN
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.imports.companies import companies_in, joined_companies
from crm.imports.composing import NOT_A_CURRENCY
from crm.imports.consents import enter_consents
from crm.imports.entry import Entry, RowResult
from crm.imports.exported_custom import fit_custom
from crm.imports.exported_keys import BEGUN, find_by_key, forget_begun, named_key
from crm.imports.fitting import add_problem, fitting, owner_of
from crm.imports.item_entries import enter_item
from crm.imports.lead_entries import enter_lead
from crm.imports.mapped_custom import custom_to_write, fit_mapped, with_mapped
from crm.imports.matching import UNSURE, find_client, keep_external_id
from crm.imports.notes_text import notes_of
from crm.imports.photos import take_photo
from crm.imports.record import Record
from crm.imports.several import joined, lists_of
from crm.money import currency_places
from crm.records.keys import tag_key
from crm.records.skeleton import facts_of
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note

ESSENTIAL = ("name", "kind")
LISTS = ("emails", "phones", "companies", "addresses")


def enter(tx: Transaction, entry: Entry, record: Record) -> RowResult:
    """Values that cannot be imported are added to the record's problems. Raises CrmError for a refusal."""
    if record.left_out:
        return "left_out"
    if entry.kind is not None:
        return enter_item(tx, entry, record, entry.kind)
    client_id, outcome = _enter_client(tx, entry, record)
    if record.lead is None:
        return outcome
    return enter_lead(tx, entry, record, client_id)


def _enter_client(tx: Transaction, entry: Entry, record: Record) -> tuple[int | None, RowResult]:
    if not record.name:
        return None, "skipped"
    if record.exported is not None and (begun := find_by_key(tx, CLIENT, record.external_id or "", BEGUN)):
        return _finish(tx, entry, record, begun, record.external_id or "")
    if record.exported is None and (begun := find_named_before(tx, record)):
        return _finish(tx, entry, record, begun, named_key(tx, record.name))
    found = None if entry.options.duplicates == "add" else find_client(tx, record, entry.source)
    client_id = _create(tx, entry, record) if found is None else found
    if found is None or record.exported is None:
        source = BEGUN if record.exported is not None and record.lead is not None else entry.source
        keep_external_id(tx, source, record.external_id, "client", client_id)
    if found is None:
        enter_consents(tx, record, client_id)
        take_photo(tx, record, client_id)
        return client_id, "created"
    changed = entry.options.duplicates == "update" and _update(tx, entry, record, client_id)
    if entry.options.duplicates == "update":
        changed = enter_consents(tx, record, client_id) or changed
        changed = take_photo(tx, record, client_id, overwrite=entry.options.overwrite) or changed
    return client_id, "updated" if changed else "skipped"


def find_named_before(tx: Transaction, record: Record) -> int | None:
    """The company that an earlier row of this import named, if this row is about it."""
    is_own = record.is_company and record.exported is None and record.lead is None
    return find_by_key(tx, CLIENT, named_key(tx, record.name), BEGUN) if is_own else None


def _finish(tx: Transaction, entry: Entry, record: Record, client_id: int, key: str) -> tuple[int, RowResult]:
    """Fill in a client whom another row only named; a row of a lead names it again."""
    if record.lead is not None:
        return client_id, "skipped"
    values, _ = values_of(tx, entry, record, client_id=client_id)
    checked = fitting(ClientFields, values, record, ESSENTIAL).model_dump()
    changes = parse_fields(ClientChanges, {name: checked[name] for name in values})
    change_client(tx, client_id, changes, allow_duplicate=True)
    enter_consents(tx, record, client_id)
    take_photo(tx, record, client_id)
    forget_begun(tx, key)
    keep_external_id(tx, entry.source, record.external_id, "client", client_id)
    return client_id, "created"


def _create(tx: Transaction, entry: Entry, record: Record) -> int:
    values, further = values_of(tx, entry, record)
    fields = fitting(ClientFields, values, record, ESSENTIAL)
    client = create_client(tx, fields, allow_duplicate=True)
    add_further(tx, client.id, further)
    return client.id


def add_further(tx: Transaction, client_id: int, texts: Iterable[str]) -> None:
    """The rest of a long text, as notes on the timeline."""
    for text in texts:
        add_note(tx, NoteFields(subject="client", subject_id=client_id, text=text))


def values_of(
    tx: Transaction, entry: Entry, record: Record, *, company_id: int | None = None, client_id: int = 0
) -> tuple[dict[str, Any], list[str]]:
    """The values of a client, and the rest of its notes. `client_id` is that of one who is there already,
    `company_id` that of its company, where it was found before.
    """
    notes, further = notes_of(record, keep_id=entry.source.startswith(UNSURE))
    values: dict[str, Any] = {
        "kind": "company" if record.is_company else "person",
        "name": record.name,
        **_lists(record),
        "job_title": record.job_title,
        "birthday": record.birthday and record.birthday[:10],
        "website": record.websites[0] if record.websites else None,
        "source": record.source,
        "owner_id": owner_of(entry.owners, record.owner, record),
        "language": record.language,
        "currency": record.currency,
        "tags": record.tags,
        "notes": notes,
    }
    if record.status:
        values["status"] = record.status
    values |= companies_in(tx, record) if company_id is None else {"company_id": company_id}
    if record.exported is not None:
        values |= record.exported
        values = fit_custom(tx, "client", values, record, key=record.external_id, record_id=client_id)
    _drop_ended(values, record)
    if record.custom:
        mapped = fit_mapped(tx, entry, "client", record.custom, record, record_id=client_id)
        values = with_mapped(values, mapped)
    return values, further


def _drop_ended(values: dict[str, Any], record: Record) -> None:
    """An export has the currencies of old records, which new ones cannot take."""
    code = values["currency"]
    if code and code not in currency_places():
        add_problem(record, NOT_A_CURRENCY, code, "currency")
        values["currency"] = None


def _lists(record: Record) -> dict[str, Any]:
    """Of an exported row whose only e-mail is its main one, that field says it already; so of the others."""
    own = record.exported or {}
    return {
        name: entries
        for name, entries in lists_of(record).items()
        if len(entries) > 1 or not any(main in own for main in MAIN[name])
    }


def _update(tx: Transaction, entry: Entry, record: Record, client_id: int) -> bool:
    """Whether anything changed. Fields that have a value are kept, unless `overwrite` was chosen."""
    old = get_client(tx, client_id)
    values, further = values_of(tx, entry, record, client_id=client_id)
    own = {name: value for name, value in values.items() if name != "custom"}
    wanted = {name: value for name, value in own.items() if value not in (None, "", [])}
    wanted |= _joined(old, values, overwrite=entry.options.overwrite)
    if not entry.options.overwrite:
        wanted = {
            name: value
            for name, value in wanted.items()
            if name in LISTS or getattr(old, name) in (None, "", [])
        }
    wanted.pop("kind", None)
    given = values.get("custom") or {}
    if custom := custom_to_write(old.custom, given, overwrite=entry.options.overwrite):
        wanted["custom"] = custom
    wanted |= _grown(old, values)
    if not wanted:
        return False
    checked = fitting(ClientFields, {"name": old.name, **wanted}, record, ESSENTIAL).model_dump()
    changes = parse_fields(ClientChanges, {name: checked[name] for name in wanted})
    new = change_client(tx, client_id, changes, allow_duplicate=True)
    add_further(tx, client_id, further)
    return new.version != old.version


def _joined(old: Client, values: Mapping[str, Any], *, overwrite: bool) -> dict[str, Any]:
    """The lists in which the file has something: none of what is there goes, but an address that differs."""
    there = facts_of(CLIENT_RECORD, old)
    found = {}
    for name in LISTS:
        given = values.get(name) or []
        first, others = (given, there[name]) if overwrite else (there[name], given)
        if overwrite and name == "addresses":
            others = others[1:]
        if given:
            found[name] = (
                joined_companies(first, others) if name == "companies" else joined(name, first, others)
            )
    return found


def _grown(old: Client, values: Mapping[str, Any]) -> dict[str, Any]:
    """Tags are added to those there; lines of notes too, unless they are there already."""
    grown: dict[str, Any] = {}
    known = {tag_key(tag) for tag in old.tags}
    added = [tag for tag in values["tags"] if tag_key(tag) not in known]
    if added:
        grown["tags"] = [*old.tags, *added]
    new_lines = [line for line in (values["notes"] or "").split("\n") if line not in (old.notes or "")]
    if old.notes and new_lines and len(old.notes) + len("\n".join(new_lines)) < 10_000:
        grown["notes"] = "\n".join([old.notes, *new_lines])
    elif old.notes:
        grown["notes"] = old.notes
    return {name: value for name, value in grown.items() if value != getattr(old, name)}
