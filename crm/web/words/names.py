"""Names of the records that the ledger's values refer to by id."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.activity.sight import OPEN
from crm.custom_fields.custom_field import CustomField
from crm.custom_fields.field_types import type_of
from crm.db.transaction import Transaction
from crm.fields import whole_number
from crm.records.kinds import Kinds
from crm.records.names import name_records
from crm.web.kinds.known import known_kinds

Names = Mapping[str, Mapping[int, str]]
"""By kind of record and id."""


def read_names(tx: Transaction, wanted: Iterable[tuple[str, int]]) -> Names:
    """Of records of kinds whose entries everybody may see, live or in the trash."""
    pairs = set(wanted)
    return {
        kind.name: name_records(tx, kind, [each for name, each in pairs if name == kind.name])
        for kind in known_kinds()
        if kind.known_by is not None and kind.sight is OPEN
    }


def read_linked_names(tx: Transaction, *facts: Mapping[str, Any]) -> Names:
    """Of what the facts name, be it as numbers or as the texts of a form."""
    kinds = known_kinds()
    return read_names(tx, (pair for each in facts for pair in linked_ids(kinds, each)))


def linked_ids(
    kinds: Kinds, facts: Mapping[str, Any], custom: Mapping[str, CustomField] | None = None
) -> Iterator[tuple[str, int]]:
    for name, value in facts.items():
        for part in value if isinstance(value, list) else ():
            if isinstance(part, dict):
                yield from linked_ids(kinds, part)
        number = whole_number(value) if isinstance(value, str) else value
        if name in kinds.links and isinstance(number, int):
            yield kinds.links[name].name, number
        if custom and name in custom and type_of(custom[name]).linked and isinstance(number, int):
            yield type_of(custom[name]).linked, number
