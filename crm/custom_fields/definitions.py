"""The rows of custom fields: stored, put in order, and known to have changed."""

import secrets
from dataclasses import replace
from typing import Any

import orjson

from crm.custom_fields.custom_field import Choice, CustomField, custom_fields_of
from crm.custom_fields.field_types import as_kept
from crm.custom_fields.fields import ChoiceFields
from crm.db.folding import fold
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.records.kinds import kinds_of

LONGEST_KEY = 40
ROOM_FOR_NUMBER = 4


def note_change(tx: Transaction) -> None:
    """The workspace's fields are read anew from now on, in all processes."""
    tx.run(
        "UPDATE workspaces SET custom_state = :state WHERE id = :workspace_id", state=secrets.token_hex(16)
    )
    tx.remembered.clear()


def key_from(label: str, taken: set[str], otherwise: str = "field") -> str:
    """A name of plain letters that none of the taken ones is."""
    plain = "".join(char if char in "abcdefghijklmnopqrstuvwxyz0123456789" else " " for char in fold(label))
    base = "_".join(plain.split())[: LONGEST_KEY - ROOM_FOR_NUMBER].strip("_")
    base = base.removesuffix("_from").removesuffix("_to")
    if not base or not base[0].isalpha():
        base = f"{otherwise}_{base}".rstrip("_")[: LONGEST_KEY - ROOM_FOR_NUMBER]
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}_{number}"
    return found


def keys_taken(tx: Transaction, kind: str) -> set[str]:
    """Of all fields that the kind ever had: what the ledger says of one is never of another."""
    rows = tx.all(
        "SELECT key FROM custom_fields WHERE workspace_id = :workspace_id AND kind = :kind", kind=kind
    )
    return {row["key"] for row in rows}


def merged_choices(old: tuple[Choice, ...], wanted: list[ChoiceFields]) -> tuple[Choice, ...]:
    """The wanted ones in their order, then those of before, which records may still have."""
    known = {choice.key: choice for choice in old}
    by_label = {name_key(choice.label): choice.key for choice in old}
    found: dict[str, Choice] = {}
    for each in wanted:
        key = each.key or by_label.get(name_key(each.label))
        if key is None or key in found:
            key = key_from(each.label, known.keys() | found.keys(), "choice")
        found[key] = Choice(key, each.label)
    gone = [replace(choice, removed=True) for key, choice in known.items() if key not in found]
    return (*found.values(), *gone)


def insert_shadow(tx: Transaction, field: CustomField) -> int:
    """In whose name the values of a field of another type are kept; nobody sees it."""
    key = key_from(field.key, keys_taken(tx, field.kind))
    return insert_field(tx, replace(field, key=key, required=False, on_card=False), hidden=True)


def insert_field(tx: Transaction, field: CustomField, *, hidden: bool = False) -> int:
    return tx.insert(
        """
        INSERT INTO custom_fields (workspace_id, kind, key, label, label_key, type, position, group_name,
                                   help, required, is_unique, on_card, default_value, choices, currency,
                                   created_at, updated_at, deleted_at, purged_at)
        VALUES (:workspace_id, :kind, :key, :label, :label_key, :type, :position, :group,
                :help, :required, :unique, :on_card, :default, :choices, :currency,
                :now, :now, :hidden_since, :hidden_since)
        RETURNING id
        """,
        kind=field.kind,
        key=field.key,
        hidden_since=tx.now if hidden else None,
        **_columns(field),
    )


def update_field(tx: Transaction, field: CustomField) -> None:
    """Write all that can change of it, as a new version."""
    tx.run(
        """
        UPDATE custom_fields
           SET label = :label, label_key = :label_key, type = :type, position = :position,
               group_name = :group, help = :help, required = :required, is_unique = :unique,
               on_card = :on_card, default_value = :default, choices = :choices, currency = :currency,
               kept_in = :kept_in, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :field_id
        """,
        field_id=field.id,
        kept_in=field.kept_in,
        **_columns(field),
    )


def _columns(field: CustomField) -> dict[str, Any]:
    default = None if field.default is None else orjson.dumps(as_kept(field, field.default)).decode()
    return {
        "label": field.label,
        "label_key": name_key(field.label),
        "type": field.field_type,
        "position": field.position,
        "group": field.group,
        "help": field.help,
        "required": int(field.required),
        "unique": int(field.unique),
        "on_card": int(field.on_card),
        "default": default,
        "choices": orjson.dumps(list(field.choices)).decode() if field.choices else None,
        "currency": field.currency,
    }


def put_in_place(tx: Transaction, field: CustomField, position: int) -> int:
    """Number the fields of the kind anew, with this one at that place; returns the place it has."""
    order = [each.id for each in custom_fields_of(tx, field.kind).all if each.id != field.id]
    order.insert(position, field.id)
    for place, field_id in enumerate(order):
        tx.run(
            """
            UPDATE custom_fields
               SET position = :place
             WHERE workspace_id = :workspace_id
               AND id = :field_id
               AND position <> :place
            """,
            field_id=field_id,
            place=place,
        )
    return order.index(field.id)


def search_anew(tx: Transaction, kind: str) -> None:
    """Let the worker go through all records of the kind: see `crm/db/search_rebuilds.py`."""
    table = kinds_of(tx).by_name[kind].table
    tx.run(
        f"""
        INSERT INTO search_rebuilds (workspace_id, subject, last_id)
        SELECT workspace_id, '{table}', max(id)
          FROM {table}
         WHERE workspace_id = :workspace_id
         GROUP BY workspace_id
            ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id
        """
    )
