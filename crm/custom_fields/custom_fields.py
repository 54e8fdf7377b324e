"""Adding and changing custom fields."""

from dataclasses import asdict, replace
from typing import Any

from crm.activity import activity
from crm.custom_fields.custom_field import (
    FIELD_RECORD,
    CustomField,
    CustomFields,
    custom_fields_of,
    get_custom_field,
)
from crm.custom_fields.definitions import (
    insert_field,
    key_from,
    keys_taken,
    merged_choices,
    note_change,
    put_in_place,
    update_field,
)
from crm.custom_fields.field_types import TYPES
from crm.custom_fields.fields import MOST_FIELDS, CustomFieldChanges, NewCustomField
from crm.custom_fields.reading import MOST_CHOICES, Asked, refused
from crm.custom_fields.under_way import refuse_under_way
from crm.custom_fields.uniqueness import claim_values, free_values
from crm.custom_fields.values import is_blank
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.fields import name_key
from crm.records.kinds import kinds_of
from crm.records.skeleton import facts_of, given_facts, refuse_stale

WITH_CHOICES = ("choice", "multi_choice")
MOST_KEPT = 300
"""Fields of a kind, with those removed and not yet purged."""


def list_custom_fields(tx: Transaction, kind: str) -> CustomFields:
    """Those in use, in their order. Raises Invalid naming `kind`."""
    check_kind(tx, kind)
    return custom_fields_of(tx, kind)


def check_kind(tx: Transaction, kind: str) -> None:
    known = kinds_of(tx).customized
    if kind not in known:
        raise Invalid.field("kind", Sentence("must be {expected}", expected=" or ".join(map(repr, known))))


def create_custom_field(tx: Transaction, fields: NewCustomField) -> CustomField:
    """At the end of its kind's fields. Raises Invalid, and Conflict for a label or key that is taken."""
    check_kind(tx, fields.kind)
    known = custom_fields_of(tx, fields.kind)
    taken = keys_taken(tx, fields.kind)
    refuse_label_taken(known, fields.label)
    if fields.key in taken:
        raise _conflict("key", "A custom field with this key exists, or did.")
    _refuse_more(tx, fields.kind, known)
    field = checked_field(tx, _new_field(fields, fields.key or key_from(fields.label, taken), len(known.all)))
    field_id = insert_field(tx, field)
    note_change(tx)
    made = get_custom_field(tx, field_id)
    facts = {name: value for name, value in given_facts(FIELD_RECORD, made).items() if value is not False}
    after = {"kind": made.kind, "key": made.key, **kept_facts(facts)}
    activity.record(tx, "custom_field.created", "custom_field", field_id, after=after)
    return made


def change_custom_field(
    tx: Transaction, field_id: int, changes: CustomFieldChanges, *, expected_version: int | None = None
) -> CustomField:
    """Raises NotFound, Stale, Invalid, and Conflict: for a taken label, or values that are not unique."""
    old = get_custom_field(tx, field_id)
    refuse_stale(FIELD_RECORD, old, expected_version)
    refuse_under_way(tx, old)
    given = changes.model_dump(exclude_unset=True)
    if "choices" in given:
        given["choices"] = merged_choices(old.choices, changes.choices)
        _refuse_choices(given["choices"])
    position = given.pop("position", old.position)
    new = checked_field(tx, replace(old, **given))
    if name_key(new.label) != name_key(old.label):
        refuse_label_taken(custom_fields_of(tx, old.kind), new.label)
    new = replace(new, position=put_in_place(tx, old, position) if position != old.position else old.position)
    if new == old:
        return old
    return write_field(tx, old, new)


def write_field(tx: Transaction, old: CustomField, new: CustomField) -> CustomField:
    """Store the checked new form, with its entry in the ledger."""
    if old.unique and not new.unique:
        free_values(tx, new)
    update_field(tx, new)
    note_change(tx)
    if new.unique and not old.unique:
        claim_values(tx, new)
    before, after = activity.changes(
        kept_facts(facts_of(FIELD_RECORD, old)), kept_facts(facts_of(FIELD_RECORD, new))
    )
    activity.record(tx, "custom_field.changed", "custom_field", old.id, before=before, after=after)
    return get_custom_field(tx, old.id)


def field_facts(tx: Transaction, field_id: int) -> dict[str, Any]:
    """As the ledger keeps them."""
    return kept_facts(facts_of(FIELD_RECORD, get_custom_field(tx, field_id)))


def refuse_label_taken(known: CustomFields, label: str) -> None:
    if any(name_key(each.label) == name_key(label) for each in known.all):
        raise _conflict("label", "A custom field with this name already exists.")


def _conflict(field: str, message: str) -> Conflict:
    return Conflict.field(field, message, Sentence("exists"))


def _refuse_more(tx: Transaction, kind: str, known: CustomFields) -> None:
    kept = tx.value(
        """
        SELECT count(*)
          FROM custom_fields
         WHERE workspace_id = :workspace_id
           AND kind = :kind
           AND purged_at IS NULL
        """,
        kind=kind,
    )
    if len(known.all) >= MOST_FIELDS:
        raise Conflict(Sentence("A kind of record can have at most {n} custom fields.", n=MOST_FIELDS))
    if kept >= MOST_KEPT:
        raise Conflict("There are too many removed fields. Purge some of them first.")


def _new_field(fields: NewCustomField, key: str, position: int) -> CustomField:
    given = fields.model_dump(exclude={"choices", "key"})
    choices = merged_choices((), fields.choices)
    return CustomField(
        **given, id=0, key=key, position=position, choices=choices, version=1,
        created_at="", updated_at="", deleted_at=None, purged_at=None,
    )  # fmt: skip


def checked_field(tx: Transaction, field: CustomField) -> CustomField:
    """With what follows from its type. Raises Invalid."""
    if (field.field_type in WITH_CHOICES) != bool(field.offered):
        words = "is required" if field.field_type in WITH_CHOICES else "are only for fields of choices"
        raise Invalid.field("choices", words)
    if field.currency and field.field_type != "money":
        raise Invalid.field("currency", "is only for amounts of money")
    if field.unique and not TYPES[field.field_type].told_apart:
        raise Invalid.field("unique", "cannot be asked of this type")
    if field.unique and not is_blank(field.default):
        raise Invalid.field("default", "cannot be the same in all records if it must be unique")
    if field.field_type == "money" and not field.currency:
        currency = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
        field = replace(field, currency=currency)
    return replace(field, default=_default(tx, field))


def _default(tx: Transaction, field: CustomField) -> Any:
    if is_blank(field.default):
        return None
    customized = kinds_of(tx).customized[field.kind]
    try:
        read = TYPES[field.field_type].read(Asked(tx, field, customized.parse_phone), field.default)
    except (ValueError, Invalid) as error:
        raise refused("default", error) from None
    return None if read == [] else read


def _refuse_choices(choices: tuple[Any, ...]) -> None:
    if len(choices) > 5 * MOST_CHOICES:
        raise Invalid.field("choices", "had too many other ones before; add a new field instead")


def kept_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Choices as the API takes them, so that an earlier state can be set again."""
    choices = [
        {name: value for name, value in asdict(choice).items() if name != "removed"}
        for choice in facts.get("choices") or ()
        if not choice.removed
    ]
    return facts | ({"choices": choices} if "choices" in facts else {})
