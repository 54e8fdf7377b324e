"""Import one record of a described kind, on the record that it names."""

from typing import Any

from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import Fields, name_key
from crm.imports.bearers import find_bearer, find_named
from crm.imports.described import importing_of
from crm.imports.entry import Entry, RowResult, kind_of
from crm.imports.exported_custom import fit_custom, with_custom_facts
from crm.imports.exported_keys import find_by_key
from crm.imports.fitting import add_problem, fitting, owner_of
from crm.imports.headers.programs import HOLDFAST
from crm.imports.mapped_custom import fit_mapped, with_mapped
from crm.imports.matching import keep_external_id
from crm.imports.record import Item, Record
from crm.records.kind import Kind
from crm.records.kinds import kinds_of

EMPTY: tuple[object, ...] = (None, "", [])


def enter_item(tx: Transaction, entry: Entry, record: Record, kind: Kind) -> RowResult:
    """Values that cannot be imported are added to the record's problems. Raises CrmError for a refusal."""
    item = record.item or Item()
    values = item_values(tx, entry, record, kind)
    found = None if entry.options.duplicates == "add" else find_item(tx, entry, item, kind, values)
    if found is not None and entry.options.duplicates != "update":
        return "skipped"
    importing = importing_of(kind)
    fields, values = fitted_item(tx, entry, record, values, found or 0)
    if found is not None:
        given = {name: value for name, value in values.items() if name in fields.model_fields_set}
        return "updated" if _update(tx, kind, found, given, entry) else "skipped"
    made = importing.create(tx, fields).id
    keep_external_id(tx, entry.source, item.external_id, kind.name, made)
    return "created"


def fitted_item(
    tx: Transaction, entry: Entry, record: Record, values: dict[str, Any], found: int
) -> tuple[Fields, dict[str, Any]]:
    """The values as the record takes them, and as they are given. What does not fit is reported. Raises
    Invalid for an essential value. `found` is the id of the record that is updated, else 0.
    """
    item, kind = record.item or Item(), kind_of(entry)
    importing = importing_of(kind)
    if kind.customized is not None:
        values = fit_custom(tx, kind.name, values, record, key=item.external_id, record_id=found)
        mapped = fit_mapped(tx, entry, kind.name, item.custom, record, record_id=found)
        values = with_mapped(values, mapped)
    essential = (importing.needed, *(kind.hangs_on or ()))
    return fitting(importing.fields, values, record, essential), values


def item_values(tx: Transaction, entry: Entry, record: Record, kind: Kind) -> dict[str, Any]:
    """With the records that it is on and that it points to. Raises Invalid if it is on none, and must be."""
    item = record.item or Item()
    values = dict(item.values)
    for name, words in item.linked.items():
        values[name] = _linked(tx, entry, record, name, words)
    if kind.hangs_on is not None:
        must = importing_of(kind).fields.model_fields[kind.hangs_on[1]].is_required()
        try:
            found = find_bearer(tx, kind, item.on)
        except Invalid as error:
            if must:
                raise
            add_problem(record, error.problems[0].message, item.on.said)
            found = None
        if found is not None:
            values |= dict(zip(kind.hangs_on, found, strict=True))
        elif must:
            raise Invalid.field(kind.hangs_on[1], "is required")
    values = {name: value for name, value in values.items() if value is not None}
    arrange = importing_of(kind).arrange
    if arrange is not None:
        arrange(tx, values, lambda name, message, value: add_problem(record, message, value, name))
    return values


def _linked(tx: Transaction, entry: Entry, record: Record, field: str, words: tuple[str, ...]) -> int | None:
    """The user by e-mail or name, another record by its key or name."""
    if not words:
        return None
    linked = kind_of(entry).links[field]
    if linked == "user":
        known = next((word for word in words if name_key(word) in entry.owners), words[0])
        return owner_of(entry.owners, known, record, field)
    kind = kinds_of(tx).by_name[linked]
    found = next(filter(None, (find_by_key(tx, kind, word) for word in words)), None)
    try:
        return found or find_named(tx, {kind.name: kind}, words[-1])[1]
    except Invalid as error:
        add_problem(record, error.problems[0].message, words[-1], field)
        return None


def find_item(tx: Transaction, entry: Entry, item: Item, kind: Kind, values: dict[str, Any]) -> int | None:
    """By its key or its id elsewhere, else by its values on the same record."""
    if item.external_id:
        found = find_by_key(tx, kind, item.external_id, HOLDFAST if item.exported else entry.source)
        if found is not None or item.exported:
            return found
    own = importing_of(kind).find
    if own is not None:
        return own(tx, values)
    alike = (*importing_of(kind).alike, *(kind.hangs_on or ()))
    if not importing_of(kind).alike or any(values.get(name) in EMPTY for name in alike):
        return None
    same = " ".join(f"AND r.{name} = :{name}" for name in alike)
    found = tx.value(
        f"""
        SELECT r.id
          FROM {kind.table} r
         WHERE r.workspace_id = :workspace_id
           {same}
           AND r.deleted_at IS NULL
         ORDER BY r.id
         LIMIT 1
        """,
        **{name: values[name] for name in alike},
    )
    return None if found is None else int(found)


def _update(tx: Transaction, kind: Kind, record_id: int, given: dict[str, Any], entry: Entry) -> bool:
    """Whether anything changed. Fields that have a value are kept, unless `overwrite` was chosen."""
    if kind.changes is None or kind.lookup is None:
        return False
    given = with_custom_facts(given)
    before, version = kind.changes.facts(tx, record_id), kind.lookup.get(tx, record_id).version
    wanted = {name: value for name, value in given.items() if name in before}
    if not entry.options.overwrite:
        wanted = {name: value for name, value in wanted.items() if before[name] in EMPTY}
    wanted = {name: value for name, value in wanted.items() if value != before[name]}
    if not wanted:
        return False
    kind.changes.set_back(tx, record_id, wanted)
    return bool(kind.lookup.get(tx, record_id).version != version)
