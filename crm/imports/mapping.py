"""Map columns to fields: proposed from the headers, or chosen by people."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crm.clients.kind import CLIENT
from crm.custom_fields.custom_field import PREFIX, CustomField
from crm.errors import Invalid, Sentence
from crm.exports.columns import table_of
from crm.exports.tables import CSV_KEY
from crm.imports.described import field_of, importing_of, targets_of
from crm.imports.headers.known import Meaning, header_key, meaning_of
from crm.imports.headers.programs import is_exported
from crm.imports.headers.unnamed import fields_by_values
from crm.imports.targets import AS_EXPORTED, IDENTIFYING, KEEP, LEAVE_OUT, TARGETS, Target, targets_for
from crm.imports.values.days import read_moment
from crm.imports.values.numbers import read_amount
from crm.leads.kind import LEAD
from crm.records.kind import Kind

EXPORTED = {"clients": CLIENT, "leads": LEAD}

Custom = Mapping[str, CustomField]
"""The custom fields that a column can become, by the name in a mapping."""
NONE: Custom = {}
AS_LEAD = {
    "status": "lead_status", "source": "lead_source", "owner": "lead_owner", "external_id": "lead_id",
    "tags": "lead_tags", "notes": "lead_details", "since": "lead_created",
}  # fmt: skip
AS_CLIENT = {"lead_source": "source", "lead_owner": "owner", "lead_currency": "currency"}
PROFILES = re.compile(r"\blinkedin\.com/in/", re.IGNORECASE)
AMOUNT_WORDS = (
    "umsatz",
    "rabatt",
    "revenue",
    "turnover",
    "discount",
    "budget",
    "price",
    "preis",
    "chiffre d affaires",
)


@dataclass(frozen=True, slots=True)
class Column:
    """`place` counts from 0. `label` (`work`, `home`) and `number` distinguish columns of one field."""

    place: int
    header: str
    field: str
    label: str = ""
    number: int = 0


def headers_digest(records: str, headers: Sequence[str]) -> str:
    """The key under which a mapping is remembered."""
    keys = [header_key(header) for header in headers]
    return hashlib.sha256("\x1f".join([records, *keys]).encode()).hexdigest()


def propose(
    records: str,
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    kind: Kind | None = None,
    custom: Custom = NONE,
) -> list[Column]:
    """A column with an unknown header is the custom field of that name, else it goes to the notes. `kind` is
    a described one.
    """
    columns = _named_alike(_proposed(records, headers, sample, kind), custom)
    return _once_each(columns, _targets(kind, custom))


def _named_alike(columns: list[Column], custom: Custom) -> list[Column]:
    """In a file of leads its own fields come last: where both kinds have one of a name, it is the lead's."""
    names = {header_key(word): name for name, field in custom.items() for word in (field.key, field.label)}
    unknown = {KEEP, "extra_amount", "extra_day"}
    return [
        replace(each, field=names.get(header_key(each.header), each.field)) if each.field in unknown else each
        for each in columns
    ]


def _targets(kind: Kind | None, custom: Custom) -> dict[str, Target]:
    own = TARGETS if kind is None else targets_of(kind)
    return {**own, **{name: Target(name) for name in custom}}


def _proposed(
    records: str, headers: Sequence[str], sample: Sequence[Sequence[str]], kind: Kind | None
) -> list[Column]:
    if kind is not None:
        return _proposed_for(kind, headers)
    columns = [_by_header(place, header) for place, header in enumerate(headers)]
    if not any(header.strip() for header in headers):
        fields = fields_by_values(len(headers), sample)
        columns = [replace(each, field=fields[each.place]) for each in columns]
        return _once_each([_by_values(column, sample) for column in columns])
    if is_exported(headers):
        return _once_each(as_exported(EXPORTED[records], columns))
    columns = _choose_titles(columns)
    columns = _for_leads(columns) if records == "leads" else _for_clients(columns)
    columns = [_by_values(column, sample) for column in columns]
    return _once_each(columns)


def _proposed_for(kind: Kind, headers: Sequence[str]) -> list[Column]:
    columns = [Column(place, header, field_of(kind, header) or KEEP) for place, header in enumerate(headers)]
    if is_exported(headers):
        columns = as_exported(kind, columns)
    return _once_each(columns, targets_of(kind))


def choose(
    records: str,
    headers: Sequence[str],
    chosen: Mapping[int, tuple[str, str]],
    kind: Kind | None = None,
    custom: Custom = NONE,
) -> list[Column]:
    """The columns as people mapped them; columns not in `chosen` are left out. Raises Invalid."""
    targets = _targets(kind, custom)
    known = {*(targets_for(records) if kind is None else targets), *custom, LEAVE_OUT}
    columns = []
    for place, header in enumerate(headers):
        field, label = chosen.get(place, (LEAVE_OUT, ""))
        if field not in known:
            raise Invalid.field(f"columns.{place}.field", "is not a field that can be imported")
        meaning = meaning_of(header)
        number = meaning.number if meaning is not None else 0
        columns.append(Column(place, header, field, label, number))
    _check(columns, targets)
    if beyond := [place for place in chosen if not 0 <= place < len(headers)]:
        raise Invalid.field(f"columns.{beyond[0]}", "is not a column of the file")
    return columns


def check_mapping(columns: Sequence[Column], kind: Kind | None = None) -> None:
    """Raises Invalid if no column identifies a client or lead, or has what a described kind needs."""
    if kind is not None:
        needed = importing_of(kind).needed
        if not any(column.field in {needed, AS_EXPORTED} for column in columns):
            raise Invalid.field("columns", Sentence("must include the {field}", field=needed))
    elif not any(column.field in (*IDENTIFYING, AS_EXPORTED) for column in columns):
        raise Invalid.field("columns", "must include a name, company, e-mail or phone")


def _check(columns: Sequence[Column], targets: Mapping[str, Target]) -> None:
    taken: dict[str, Column] = {}
    for column in columns:
        target = targets.get(column.field)
        if target is None or target.several:
            continue
        if column.field in taken:
            raise Invalid.field(
                f"columns.{column.place}.field",
                Sentence("is already used for column {n}", n=taken[column.field].place + 1),
            )
        taken[column.field] = column


def _by_header(place: int, header: str) -> Column:
    found = meaning_of(header) or Meaning(KEEP)
    return Column(place, header, found.field, found.label, found.number)


def _choose_titles(columns: list[Column]) -> list[Column]:
    """Outlook has both `Title` and `Job Title`; the first is the form of address."""
    titles = [column for column in columns if column.field == "job_title"]
    if len(titles) < 2:
        return columns
    first = next((column for column in titles if header_key(column.header) == "title"), None)
    return [replace(each, field="prefix") if each is first else each for each in columns]


def _for_leads(columns: list[Column]) -> list[Column]:
    """In a file of leads, general columns such as `Status` and `Owner` are about the lead."""
    taken = {column.field for column in columns}
    about_people = {"lead_title"} & taken and {"name", "first_name"} & taken and "lead_id" in taken
    if not taken & {"lead_title", "name", "first_name", "last_name"}:
        columns = [_renamed(each, {"job_title": "lead_title"}) for each in columns]
    swaps = {} if about_people else {old: new for old, new in AS_LEAD.items() if new not in taken}
    return [_renamed(each, swaps) for each in columns]


def _renamed(column: Column, fields: Mapping[str, str]) -> Column:
    return replace(column, field=fields.get(column.field, column.field))


def _for_clients(columns: list[Column]) -> list[Column]:
    taken = {column.field for column in columns}
    return [
        replace(each, field=_client_field(each.field, taken)) if each.field.startswith("lead_") else each
        for each in columns
    ]


def _client_field(field: str, taken: set[str]) -> str:
    other = AS_CLIENT.get(field, KEEP)
    return KEEP if other in taken else other


def _by_values(column: Column, sample: Sequence[Sequence[str]]) -> Column:
    """An unknown column is one of amounts or days if its cells are; a website may be a profile."""
    cells = [row[column.place] for row in sample if column.place < len(row) and row[column.place].strip()]
    if column.field == "website" and cells and all(PROFILES.search(cell) for cell in cells):
        return replace(column, field="profile")
    if column.field != KEEP:
        return column
    if header_key(column.header) in AMOUNT_WORDS and any(
        read_amount(cell, ".") or read_amount(cell, ",") for cell in cells
    ):
        return replace(column, field="extra_amount")
    if cells and all(_is_dated(cell) for cell in cells):
        return replace(column, field="extra_day")
    return column


def _is_dated(cell: str) -> bool:
    return not cell.strip().replace(".", "", 1).isdigit() and read_moment(cell, "dmy") is not None


def as_exported(kind: Kind, columns: list[Column]) -> list[Column]:
    """Those that Holdfast wrote; others that people added are read as in any file."""
    known = {*table_of(kind).names, CSV_KEY}
    return [
        replace(each, field=AS_EXPORTED) if each.header in known or each.header.startswith(PREFIX) else each
        for each in columns
    ]


def _once_each(columns: list[Column], targets: Mapping[str, Target] = TARGETS) -> list[Column]:
    """A field for one column takes the first; further ones go to the notes."""
    taken: set[str] = set()
    chosen = []
    for column in columns:
        target = targets.get(column.field)
        again = target is not None and not target.several and column.field in taken
        taken.add(column.field)
        chosen.append(replace(column, field=KEEP) if again else column)
    return chosen
