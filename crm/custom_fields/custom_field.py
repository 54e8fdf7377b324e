"""A custom field as it is read, and all of a workspace, kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Annotated, Any

import orjson
from pydantic import WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.records.kinds import kinds_of
from crm.records.skeleton import Skeleton, in_trash, live

FACTS = (
    "label", "field_type", "group", "help", "required", "unique", "default", "choices", "currency",
    "on_card", "position",
)  # fmt: skip
FIELD_RECORD = Skeleton("custom_field", "custom_fields", Sentence("custom field"), FACTS, known_by="label")
PREFIX = "custom."
KEPT = "~"
REMEMBERED = 256
AnyValue = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "null"},
            ]
        }
    ),
]


@dataclass(frozen=True)
class Choice:
    """Records keep the `key`, also of a choice that was removed since."""

    key: str
    label: str
    removed: bool = False


@dataclass(frozen=True)
class CustomField:
    """`kind` is the kind of record, `key` the name of the field in `custom`; neither ever changes.

    `position` is its place among the fields of the kind, from 0 on. `deleted_at` is set while it is removed,
    `purged_at` once its values are gone, too.
    """

    id: int
    kind: str
    key: str
    label: str
    field_type: str
    position: int
    group: str | None
    help: str | None
    required: bool
    unique: bool
    on_card: bool
    default: AnyValue
    choices: tuple[Choice, ...]
    currency: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    purged_at: str | None
    _kept_in: SkipJsonSchema[int | None] = None

    @property
    def kept_in(self) -> int | None:
        """The field in whose name its values are kept since its type was changed, if it is not its own."""
        return self._kept_in

    @property
    def values_id(self) -> int:
        """The field that `custom_values` has its values under."""
        return self._kept_in or self.id

    @property
    def stored_key(self) -> str:
        """Its name in what is stored with a record."""
        return self.key if self._kept_in is None else f"{KEPT}{self._kept_in}"

    @property
    def name(self) -> str:
        """What errors, the ledger and addresses call it."""
        return PREFIX + self.key

    @property
    def offered(self) -> list[Choice]:
        return [choice for choice in self.choices if not choice.removed]

    def choice(self, key: object) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)


@dataclass(frozen=True)
class CustomFields:
    """The fields of one kind of record that are in use, in their order."""

    all: tuple[CustomField, ...] = ()
    converting: frozenset[int] = frozenset()
    """Those whose values are being converted: each change of one of them is looked at again."""

    @cached_property
    def by_key(self) -> Mapping[str, CustomField]:
        return {field.key: field for field in self.all}

    @cached_property
    def by_name(self) -> Mapping[str, CustomField]:
        """By the name in errors and in the ledger."""
        return {field.name: field for field in self.all}

    @cached_property
    def groups(self) -> list[tuple[str | None, list[CustomField]]]:
        """By group, in the order in which each has its first field; those of no group come first."""
        found: dict[str | None, list[CustomField]] = {None: []}
        for field in self.all:
            found.setdefault(field.group, []).append(field)
        return [(group, fields) for group, fields in found.items() if fields]

    @cached_property
    def on_cards(self) -> list[CustomField]:
        """Those that cards of the board show."""
        return [field for field in self.all if field.on_card]

    def values_in(self, stored: str | None) -> dict[str, Any]:
        """The value of each field, from what is stored with a record; None where it has none."""
        if not self.all:
            return {}
        known = orjson.loads(stored) if stored else {}
        return {field.key: plain(known.get(field.stored_key)) for field in self.all}


NONE = CustomFields()


def plain(value: Any) -> Any:
    """A record is stored as {"client": 7}, so that its id can be found, and is sent as 7."""
    return next(iter(value.values())) if isinstance(value, dict) else value


def custom_fields_of(tx: Transaction, kind: str) -> CustomFields:
    """Read anew only when the workspace's fields have changed."""
    if tx.actor.workspace_id is None:
        return NONE
    state = _state(tx)
    if state is None:
        return NONE
    known = _memory(tx.actor.workspace_id, state)
    if kind not in known:
        known[kind] = CustomFields(tuple(_read(tx, kind)), _converting(tx))
    return known[kind]


def _state(tx: Transaction) -> str | None:
    name = ("custom_state", tx.actor.workspace_id)
    if name not in tx.remembered:
        tx.remembered[name] = tx.value("SELECT custom_state FROM workspaces WHERE id = :workspace_id")
    found: str | None = tx.remembered[name]
    return found


@lru_cache(maxsize=REMEMBERED)
def _memory(_workspace_id: int, _state: str) -> dict[str, CustomFields]:
    """Each state is a text that was never used before, so what is in here is never out of date."""
    return {}


SELECT = """
    SELECT id, kind, key, label, type AS field_type, position, group_name AS "group", help, required,
           is_unique AS "unique", on_card, default_value AS "default", choices, currency, version, created_at,
           updated_at, deleted_at, purged_at, kept_in AS "_kept_in"
      FROM custom_fields
     WHERE workspace_id = :workspace_id
"""


def _read(tx: Transaction, kind: str) -> list[CustomField]:
    fields = [field_of(row) for row in tx.all(f"{SELECT} AND kind = :kind", kind=kind)]
    return sorted((field for field in fields if field.deleted_at is None), key=attrgetter("position", "id"))


def _converting(tx: Transaction) -> frozenset[int]:
    sql = "SELECT field_id FROM custom_conversions WHERE workspace_id = :workspace_id AND former IS NULL"
    return frozenset(row["field_id"] for row in tx.all(sql))


def field_under(tx: Transaction, shadow_id: int) -> CustomField:
    """The one that nobody sees, in whose name the values of another are kept."""
    found = find_custom_field(tx, shadow_id)
    if found is None:
        raise LookupError(shadow_id)
    return replace(found, _kept_in=shadow_id)


def fields_ever(tx: Transaction) -> dict[str, dict[str, CustomField]]:
    """By kind and by name in the ledger: all that the workspace ever had, for what was said of them."""
    found: dict[str, dict[str, CustomField]] = {}
    for kind in kinds_of(tx).customized:
        fields = (field_of(row) for row in tx.all(f"{SELECT} AND kind = :kind", kind=kind))
        found[kind] = {field.name: field for field in fields}
    return found


def field_of(row: Row) -> CustomField:
    flags = {name: bool(row[name]) for name in ("required", "unique", "on_card")}
    choices = tuple(Choice(**each) for each in orjson.loads(row["choices"] or "[]"))
    default = orjson.loads(row["default"]) if row["default"] is not None else None
    return CustomField(**{**row, **flags, "choices": choices, "default": plain(default)})


def find_custom_field(tx: Transaction, field_id: int) -> CustomField | None:
    """The field, also one that was removed."""
    row = tx.one(f"{SELECT} AND id = :field_id", field_id=field_id)
    return field_of(row) if row else None


def get_custom_field(tx: Transaction, field_id: int) -> CustomField:
    """Raises NotFound, for a removed one too."""
    return live(FIELD_RECORD, find_custom_field(tx, field_id))


def get_removed_field(tx: Transaction, field_id: int) -> CustomField:
    """Raises NotFound unless it was removed, and still has its values."""
    found = in_trash(FIELD_RECORD, find_custom_field(tx, field_id))
    return in_trash(FIELD_RECORD, None if found.purged_at else found)


def list_removed_fields(tx: Transaction, kind: str) -> list[CustomField]:
    """Those that can be restored, the last removed first."""
    fields = [field_of(row) for row in tx.all(f"{SELECT} AND kind = :kind", kind=kind)]
    removed = [field for field in fields if field.deleted_at is not None and field.purged_at is None]
    return sorted(removed, key=lambda field: (field.deleted_at or "", field.id), reverse=True)
