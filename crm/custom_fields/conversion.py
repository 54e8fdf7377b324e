"""Changing the type of a custom field: what would become of its values, and the change of all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

import orjson

from crm.activity import activity
from crm.activity.operations import begin_operation
from crm.custom_fields.converting import NameOf, converted, parts_of, refusal_of_value
from crm.custom_fields.custom_field import FIELD_RECORD, AnyValue, CustomField, get_custom_field, plain
from crm.custom_fields.custom_fields import WITH_CHOICES, checked_field, kept_facts
from crm.custom_fields.definitions import merged_choices, note_change, search_anew, update_field
from crm.custom_fields.field_types import TYPES, as_kept
from crm.custom_fields.fields import ChoiceFields, ConversionFields
from crm.custom_fields.reading import MOST_CHOICES, Asked
from crm.custom_fields.under_way import refuse_frozen, refuse_under_way
from crm.custom_fields.uniqueness import claim_values
from crm.custom_fields.values import index_value
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.fields import name_key
from crm.records.kinds import kinds_of
from crm.records.names import name_records
from crm.records.skeleton import facts_of, refuse_stale

MOST_VALUES = 5_000
"""Of a field whose type can be changed: others wait meanwhile."""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that would be lost, and why; `record_id` is the record that has it."""

    record_id: int
    value: AnyValue
    reason: str


@dataclass(frozen=True, slots=True)
class ConversionPreview:
    """How many values fit the other type and how many do not, with the first of these. Where it is not
    `complete`, they are those of the first records.
    """

    field_type: str
    fitting: int
    unfit: int
    examples: list[Unfit]
    complete: bool


@dataclass(slots=True)
class _Plan:
    """`stored` is what the records hold, `values` what each becomes: None where it does not fit."""

    old: CustomField
    new: CustomField
    stored: dict[int, dict[str, Any]]
    complete: bool
    values: dict[int, Any] = field(default_factory=dict)
    unfit: list[Unfit] = field(default_factory=list)

    @property
    def preview(self) -> ConversionPreview:
        fitting = len(self.stored) - len(self.unfit)
        shown = self.unfit[:MOST_SHOWN]
        return ConversionPreview(self.new.field_type, fitting, len(self.unfit), shown, self.complete)


def preview_conversion(tx: Transaction, field_id: int, asked: ConversionFields) -> ConversionPreview:
    """Of the first values, where they are more than are converted at once. Raises NotFound and Invalid."""
    return _plan(tx, get_custom_field(tx, field_id), asked).preview


def convert_custom_field(
    tx: Transaction, field_id: int, asked: ConversionFields, *, expected_version: int | None = None
) -> CustomField:
    """Give the field another type, and each of its values the form of that.

    Raises NotFound, Stale, Invalid, and Conflict: with `unfit` and `examples` while there are values that do
    not fit and nobody agreed to `empty_unfit`. Those stay in the history of their records.
    """
    old = get_custom_field(tx, field_id)
    refuse_stale(FIELD_RECORD, old, expected_version)
    refuse_under_way(tx, old)
    refuse_frozen(tx, old)
    plan = _plan(tx, old, asked)
    if not plan.complete:
        words = Sentence("A field of more than {n} values is converted in the background.", n=MOST_VALUES)
        raise Conflict(words, {"in_background": True})
    if plan.unfit and not asked.empty_unfit:
        words = Sentence("{n} values do not fit this type and would be emptied.", n=len(plan.unfit))
        raise Conflict(words, {"unfit": len(plan.unfit), "examples": plan.preview.examples})
    update_field(tx, plan.new)
    note_change(tx)
    _store(tx, plan)
    if plan.new.unique:
        claim_values(tx, plan.new)
    search_anew(tx, old.kind)
    _record(tx, plan)
    return get_custom_field(tx, field_id)


def _plan(tx: Transaction, old: CustomField, asked: ConversionFields) -> _Plan:
    if asked.field_type == old.field_type:
        raise Invalid.field("field_type", "is the type that the field has")
    stored = dict(_stored(tx, old))
    complete = len(stored) <= MOST_VALUES
    held = {each: values for each, values in stored.items() if old.stored_key in values}
    known = {each: plain(held[each][old.stored_key]) for each in list(held)[:MOST_VALUES]}
    name_of = names_in(tx, old, list(known.values()))
    new = _new_field(tx, old, asked, known, name_of)
    plan = _Plan(old, new, {each: stored[each] for each in known}, complete)
    parse_phone = kinds_of(tx).customized[old.kind].parse_phone
    for record_id, value in known.items():
        try:
            plan.values[record_id] = converted(Asked(tx, new, parse_phone), old, value, name_of)
        except (ValueError, Invalid) as error:
            plan.values[record_id] = None
            plan.unfit.append(Unfit(record_id, value, refusal_of_value(error)))
    return plan


def _stored(tx: Transaction, old: CustomField) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the records hold that have a value, those in the trash too: of one more than are converted."""
    table = kinds_of(tx).by_name[old.kind].table
    rows = tx.all(
        f"""
        SELECT r.id, r.custom
          FROM (SELECT DISTINCT v.record_id
                  FROM custom_values v
                 WHERE v.workspace_id = :workspace_id
                   AND v.field_id = :field_id
                 LIMIT :most) held
          JOIN {table} r ON r.workspace_id = :workspace_id AND r.id = held.record_id
        """,
        field_id=old.values_id,
        most=MOST_VALUES + 1,
    )
    return ((row["id"], orjson.loads(row["custom"] or "{}")) for row in sorted(rows, key=itemgetter("id")))


def names_in(tx: Transaction, old: CustomField, values: list[Any]) -> NameOf:
    linked = TYPES[old.field_type].linked
    return name_records(tx, kinds_of(tx).by_name[linked], values).get if linked else lambda _id: None


def _new_field(
    tx: Transaction, old: CustomField, asked: ConversionFields, known: dict[int, Any], name_of: NameOf
) -> CustomField:
    choices = old.choices if old.field_type in WITH_CHOICES else ()
    if asked.field_type in WITH_CHOICES:
        wanted = asked.choices or _choices_in(old, known, name_of, several=asked.field_type == "multi_choice")
        choices = merged_choices(choices, wanted)
    else:
        choices = ()
    new = replace(
        old,
        field_type=asked.field_type,
        choices=choices,
        currency=asked.currency if asked.field_type == "money" else None,
        default=None,
        unique=old.unique and TYPES[asked.field_type].told_apart,
    )
    return checked_field(tx, new)


def _choices_in(
    old: CustomField, known: dict[int, Any], name_of: NameOf, *, several: bool
) -> list[ChoiceFields]:
    """Those of the field, or all different values. Raises Invalid where they are too many or too long."""
    found = {name_key(choice.label): (choice.key, choice.label) for choice in old.offered}
    for value in known.values() if old.field_type not in WITH_CHOICES else ():
        parts = parts_of(old, value, name_of)
        for label in parts if several or len(parts) == 1 else [", ".join(parts)]:
            found.setdefault(name_key(label), ("", label))
    if len(found) > MOST_CHOICES:
        words = Sentence("there are more than {n} different values", n=MOST_CHOICES)
        raise Invalid.field("choices", words)
    fitting = ((key, label) for key, label in found.values() if len(label) <= 100 and "\n" not in label)
    return [ChoiceFields(label=label, key=key or None) for key, label in fitting]


def shadow_of(tx: Transaction, old: CustomField, asked: ConversionFields) -> CustomField:
    """The field of the other type, in whose name the new values are kept while they are made. Of choices it
    has those that were given, or that the field has; others are added as they are found. Raises Invalid.
    """
    offered = [ChoiceFields(label=choice.label, key=choice.key) for choice in old.offered]
    if asked.field_type in WITH_CHOICES and not asked.choices and not offered:
        return replace(old, field_type=asked.field_type, currency=None, default=None)
    return _new_field(tx, old, asked, {}, lambda _id: None)


def add_choices(old: CustomField, shadow: CustomField, values: Iterable[Any], name_of: NameOf) -> CustomField:
    """With the values that are none of its choices yet. Raises Invalid where they are too many."""
    if shadow.field_type not in WITH_CHOICES or old.field_type in WITH_CHOICES:
        return shadow
    known = {each: value for each, value in enumerate(values) if value is not None}
    given = [ChoiceFields(label=choice.label, key=choice.key) for choice in shadow.offered]
    found = _choices_in(
        replace(old, choices=shadow.choices), known, name_of, several=shadow.field_type == "multi_choice"
    )
    return (
        replace(shadow, choices=merged_choices(shadow.choices, found)) if len(found) > len(given) else shadow
    )


def _store(tx: Transaction, plan: _Plan) -> None:
    shared = replace(plan.new, unique=False)
    table = kinds_of(tx).by_name[plan.old.kind].table
    for record_id, value in plan.values.items():
        values = {name: each for name, each in plan.stored[record_id].items() if name != plan.old.stored_key}
        if value is not None:
            values[plan.old.stored_key] = as_kept(plan.new, value)
        index_value(tx, shared, record_id, value)
        tx.run(
            f"""
            UPDATE {table}
               SET custom = :custom, version = version + 1, updated_at = :now
             WHERE workspace_id = :workspace_id
               AND id = :record_id
            """,
            record_id=record_id,
            custom=orjson.dumps(values).decode() if values else None,
        )


def _record(tx: Transaction, plan: _Plan) -> None:
    """The field's new type, and of each record the value that it lost."""
    old, new = (kept_facts(facts_of(FIELD_RECORD, each)) for each in (plan.old, plan.new))
    before, after = activity.changes(old, new)
    activity.record(tx, "custom_field.converted", "custom_field", plan.old.id, before=before, after=after)
    together = begin_operation(tx) if plan.unfit else tx
    name, kind = plan.old.name, plan.old.kind
    for each in plan.unfit:
        lost = {name: each.value}
        activity.record(together, f"{kind}.changed", kind, each.record_id, before=lost, after={name: None})
