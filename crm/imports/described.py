"""What a column can be in a file of a kind that is imported as its description says."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.exports.columns import form_of
from crm.imports.headers.known import header_key, meaning_of
from crm.imports.targets import AS_EXPORTED, KEEP, RECORD_KINDS, Target, ValueForm
from crm.records.importing import Importing
from crm.records.kind import Kind
from crm.records.kinds import Kinds, kinds_of

ON = ("subject_email", "subject_phone", "subject_name", "subject_id", "subject_kind")
"""The fields by which the record is found on which such a record is."""
ON_HEADERS = {
    "subject_name": (
        "record", "record name", "related to", "regarding", "lead", "deal", "deal name", "lead title",
        "associated contact", "associated deal", "associated company", "bezug", "zugehörig zu",
    ),
    "subject_id": (
        "record id", "contact id", "client id", "deal id", "lead id", "related to id", "who id", "what id",
        "associated contact ids", "associated deal ids",
    ),
    "subject_kind": ("record type", "related to type", "what type"),
}  # fmt: skip
BY_MEANING = {
    "email": "subject_email", "phone": "subject_phone", "name": "subject_name", "company": "subject_name",
    "lead_title": "subject_name", "external_id": "external_id",
}  # fmt: skip
FORMS: Mapping[str, ValueForm] = {
    "number": "amount", "yes": "yes", "day": "day", "moment": "day", "tags": "tags", "structure": "text",
}  # fmt: skip


def records_known(kinds: Kinds) -> list[str]:
    """What can be imported, by the name that programs use."""
    return [*RECORD_KINDS, *kinds.imported]


def described(tx: Transaction, records: str) -> Kind | None:
    """None for clients and leads, which one row can have together. Raises Invalid for any other name."""
    kinds = kinds_of(tx)
    known = records_known(kinds)
    if records not in known:
        raise Invalid.field("records", Sentence("must be {allowed}", allowed=" or ".join(map(repr, known))))
    return kinds.imported.get(records)


def importing_of(kind: Kind) -> Importing:
    """Raises TypeError for a kind that is not imported."""
    if kind.importing is None:
        raise TypeError(f"{kind.name} is not imported")
    return kind.importing


@cache
def targets_of(kind: Kind) -> Mapping[str, Target]:
    """Its own fields, those that find the record that it is on, and its id elsewhere."""
    model = importing_of(kind).fields
    unsaid = {*(kind.hangs_on or ()), *importing_of(kind).unsaid}
    own = [name for name in model.model_fields if name not in unsaid]
    found = {name: Target(name, FORMS.get(form_of(kind, name, model), "line")) for name in own}
    found |= {name: Target(name) for name in (ON if kind.hangs_on else ())}
    rest = {name: Target(name, "text", several=True) for name in (KEEP, AS_EXPORTED)}
    return found | {"external_id": Target("external_id")} | rest


def choices_in(kind: Kind, name: str) -> tuple[str, ...]:
    """The values of a field that is a choice, else nothing."""
    given = importing_of(kind).fields.model_fields[name]
    return tuple(_choices(given.annotation))


def _choices(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from (str(each) for each in get_args(hint))
    else:
        for part in get_args(hint):
            yield from _choices(part)


def field_of(kind: Kind, header: str) -> str | None:
    """The field of a column by its header; None for one that is not known."""
    key = header_key(header)
    found = _by_header(kind).get(key)
    if found is not None or not key:
        return found
    meaning = meaning_of(header)
    if meaning is None:
        return None
    usual = BY_MEANING.get(meaning.field, meaning.field)
    known = targets_of(kind)
    return next((name for name in (meaning.field, usual) if name in known and name != KEEP), None)


@cache
def _by_header(kind: Kind) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in targets_of(kind):
        found[header_key(name)] = name
        if name not in ON:
            found.setdefault(header_key(name.removesuffix("_id").removesuffix("_at")), name)
    for name, headers in importing_of(kind).headers.items():
        for header in headers:
            found.setdefault(header_key(header), name)
    if kind.hangs_on:
        for name, headers in ON_HEADERS.items():
            for header in headers:
                found.setdefault(header_key(header), name)
    return found
