"""A custom field of many records: it is chosen in the bar of a list, and its value on a page of its own."""

import orjson
from flask import render_template, request

from crm.custom_fields.custom_field import CustomField, custom_fields_of
from crm.db.transaction import Transaction
from crm.records.bulk import Change
from crm.records.kind import Kind
from crm.records.kinds import kinds_of
from crm.records.names import name_records
from crm.web.errors import Malformed
from crm.web.records.custom_form import custom_entry, input_of
from crm.web.requests.reading import read
from crm.web.words.custom_fields import show_custom

CHOOSE = "custom"
"""What the bar's button asks for: the page on which the value of the chosen field is entered."""


def field_named(tx: Transaction, kind: Kind, name: str) -> CustomField:
    """Raises Malformed where there is none any more."""
    field = custom_fields_of(tx, kind.name).by_name.get(name)
    if field is None:
        raise Malformed("The form names no action. Reload the page and try again.")
    return field


def custom_change(kind: Kind, name: str, value: str) -> Change:
    """`value` is JSON in the later steps of one change; in the first, the form has the field itself."""
    if value:
        return Change(name, value)
    given = custom_entry(read(field_named, kind, name)).value(name)
    return Change(name, orjson.dumps(given).decode())


def tell_custom(tx: Transaction, kind: Kind, change: Change) -> str:
    """The change in words."""
    field = field_named(tx, kind, change.action)
    value = change.custom[field.key]

    def name_of(of: str, record_id: object) -> str | None:
        wanted = record_id if isinstance(record_id, int) else 0
        return name_records(tx, kinds_of(tx).by_name[of], [wanted]).get(wanted)

    return f"{field.label}: {show_custom(field, value, name_of) or '–'}"


def show_choice(kind: Kind, ticked: str, *, action: str, back: str) -> str:
    """The input of the chosen field, for the records that are ticked, or for all that match."""
    field = read(field_named, kind, request.form.get("custom_field", ""))
    shown = read(input_of, field, {field.name: ""})
    values = {"ids": ticked, "everything": request.form.get("all") == "1"}
    return render_template("bulk/custom.html", field=field, shown=shown, action=action, back=back, **values)
