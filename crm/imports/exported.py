"""Read the rows of a file that Holdfast exported: each value as it was, whatever it looks like."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from crm.clients.addresses import FLAT
from crm.clients.kind import CLIENT
from crm.custom_fields.custom_field import PREFIX
from crm.exports.cells import split_texts
from crm.exports.columns import KEY, Form, Table, table_of
from crm.exports.tables import CSV_KEY
from crm.formulas import neutral_undone
from crm.imports.companies import take_companies
from crm.imports.consents import take_exported_consents
from crm.imports.interpreting import Cells
from crm.imports.record import EmailAddress, Phone, Record
from crm.imports.targets import AS_EXPORTED
from crm.leads.kind import LEAD


def exported_texts(cells: Cells) -> dict[str, str]:
    """The cells of exported columns that have one, by the names of the columns."""
    found = {}
    for column in cells.columns:
        if column.field == AS_EXPORTED and column.place < len(cells.row.cells):
            text = cells.row.cells[column.place]
            text = neutral_undone(text) if cells.reading.neutral else text
            if text:
                found[KEY if column.header == CSV_KEY else column.header] = text
    return found


def take_exported(record: Record, texts: Mapping[str, str]) -> None:
    if record.lead is None:
        _take_client(record, texts)
    else:
        _take_lead(record, texts)


def _take_client(record: Record, texts: Mapping[str, str]) -> None:
    values = _fields(table_of(CLIENT), texts)
    record.name = str(values.get("name", ""))
    record.is_company = values.get("kind") == "company"
    record.external_id, record.company_key = texts.get(KEY), texts.get("company_key")
    record.company = None if record.is_company else texts.get("company_name", record.company)
    record.owner = texts.get("owner_email") or texts.get("owner_name") or record.owner
    record.tags = [*values.pop("tags", []), *record.tags]
    record.notes = [*filter(None, [values.pop("notes", None)]), *record.notes]
    take_companies(record, values.pop("companies", None))
    _take_contact(record, values)
    record.exported = values
    take_exported_consents(record, texts)


def _take_contact(record: Record, values: dict[str, Any]) -> None:
    """By these a client is found who is there already."""
    for form in ("email", "phone"):
        _join_points(values, form)
    _join_addresses(values)
    if values.get("email"):
        record.emails.insert(0, EmailAddress(values["email"], "", ""))
    if values.get("phone"):
        record.phones.insert(0, Phone(values["phone"], "", "", ""))


def _join_points(values: dict[str, Any], form: str) -> None:
    """`email` is the main one of `emails`, also where somebody changed it in the file."""
    points = values.get(f"{form}s")
    if not isinstance(points, list) or not all(isinstance(point, dict) for point in points):
        return
    if len(points) == 1 and not points[0].get("label"):
        del values[f"{form}s"]
        return
    main = next((point for point in points if point.get("main")), None)
    if main is not None and values.get(form):
        main[form] = values[form]


def _join_addresses(values: dict[str, Any]) -> None:
    """The same of the fields of the main one of `addresses`."""
    addresses = values.get("addresses")
    main = addresses[0] if isinstance(addresses, list) and addresses else None
    if isinstance(main, dict):
        main |= {part: values[name] for name, part in FLAT.items() if values.get(name)}


def _take_lead(record: Record, texts: Mapping[str, str]) -> None:
    """The client of the lead is found by its key, else by nothing: two may have one name."""
    lead = record.lead
    if lead is None:
        return
    values = _fields(table_of(LEAD), texts)
    lead.title, lead.external_id = str(values.get("title", "")), texts.get(KEY)
    lead.pipeline, lead.stage = texts.get("pipeline_name"), texts.get("stage_name")
    lead.outcome = texts.get("stage_kind")
    lead.owner = texts.get("owner_email") or texts.get("owner_name")
    lead.type, lead.lost_reason = values.pop("type", None), values.get("lost_reason")
    lead.tags = values.get("tags", [])
    lead.exported = values
    record.name, record.external_id = texts.get("client_name", record.name), texts.get("client_key")
    if record.external_id:
        record.exported = {"name": record.name}


def _fields(table: Table, texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of the fields that people write; ids are of the workspace that exported them."""
    model = table.kind.fields
    written = set(model.model_fields) - table.kind.links.keys() if model else set()
    values = {
        column.name: value_of(column.form, texts[column.name])
        for column in table.columns
        if column.name in written and column.name in texts
    }
    return values | custom_in(texts, values.get("custom"))


def custom_in(texts: Mapping[str, str], known: Any = None) -> dict[str, Any]:
    """The custom values, each from its own column; `known` are those of an object of all, as JSON has it."""
    own = {name.removeprefix(PREFIX): text for name, text in texts.items() if name.startswith(PREFIX)}
    return {"custom": {**(known if isinstance(known, dict) else {}), **own}} if own else {}


def value_of(form: Form, text: str) -> Any:
    """A text that somebody changed to what it cannot be stays one, and is refused as such."""
    with suppress(ValueError, InvalidOperation):
        if form == "number":
            return Decimal(text)
        if form == "tags":
            return split_texts(text)
        if form == "day":
            return date.fromisoformat(text[:10])
        if form == "structure":
            return orjson.loads(text)
        if form == "yes":
            return {"true": True, "false": False}.get(text.lower(), text)
    return text
