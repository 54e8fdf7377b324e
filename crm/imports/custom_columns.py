"""Columns of other programs that become custom fields: which there are, and their cells as values."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from crm import clock
from crm.custom_fields.custom_field import PREFIX, CustomField, custom_fields_of
from crm.custom_fields.reading import LONG_TEXT, TEXT, WEB_ADDRESS, refuse_in
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.imports.interpreting import (
    NOT_A_DAY,
    NOT_AN_EMAIL,
    Cells,
    is_amount,
    read_number,
    read_phone,
)
from crm.imports.mapping import Column
from crm.imports.targets import OF_LEAD
from crm.imports.values.choices import is_no, is_yes
from crm.imports.values.days import Moment, read_moment
from crm.imports.values.lists import split_emails, split_phones, split_tags
from crm.records.kind import Kind
from crm.word_forms import same_word

NOT_AN_OPTION = Sentence("This is not one of the options of the field.")
NOT_YES_OR_NO = Sentence("This is neither yes nor no.")
OTHER_CURRENCY = Sentence("This amount is in another currency than the field.")
REMOVED = Sentence("The custom field of this column was removed.")
ONLY_FIRST = Sentence("The field takes one value: the first was imported.")
NEITHER = frozenset({"0", "60"})
"""What a sheet has in place of no day."""


def custom_targets(tx: Transaction, records: str, kind: Kind | None) -> dict[str, CustomField]:
    """The fields that a column can become, by the name in a mapping; `kind` is a described one."""
    if kind is not None:
        kinds = {PREFIX: kind.name}
    else:
        kinds = {PREFIX: "client"} | ({OF_LEAD: "lead"} if records == "leads" else {})
    return {
        start + field.key: field for start, name in kinds.items() for field in custom_fields_of(tx, name).all
    }


def custom_values(cells: Cells, start: str) -> dict[str, Any]:
    """The values of a row by the keys of their fields; a cell that cannot be read is noted."""
    found: dict[str, Any] = {}
    for column in cells.columns:
        text = cells.texts.get(column.place)
        if text is None or not column.field.startswith(start):
            continue
        field = cells.reading.custom.get(column.field)
        if field is None:
            cells.add_problem(column, text, REMOVED)
            continue
        value = _value(cells, column, field, text)
        if value is not None:
            found[field.key] = value
    return found


def _value(cells: Cells, column: Column, field: CustomField, text: str) -> Any:
    """Users and clients stay words until they are looked up."""
    if is_amount(field):
        return _number(cells, column, field, text)
    read = READERS.get(field.field_type)
    return " ".join(text.split()) if read is None else read(cells, column, field, text)


def _number(cells: Cells, column: Column, field: CustomField, text: str) -> int | float | None:
    amount = read_number(cells, column, text)
    if amount is None:
        return None
    if field.field_type == "money" and amount.currency and amount.currency != field.currency:
        cells.add_problem(column, text, OTHER_CURRENCY)
        return None
    whole = amount.number.to_integral_value()
    return int(whole) if whole == amount.number else float(amount.number)


def _day(cells: Cells, column: Column, _field: CustomField, text: str) -> str | None:
    found = _moment(cells, column, text)
    return None if found is None else date(found.year, found.month, found.day).isoformat()


def _time(cells: Cells, column: Column, _field: CustomField, text: str) -> str | None:
    """As it is written, or else in the zone of whoever imports."""
    try:
        whole = datetime.fromisoformat(text)
    except ValueError:
        whole = None
    if whole is not None and whole.tzinfo is not None:
        return clock.as_text(whole.astimezone(UTC))
    found = _moment(cells, column, text)
    if found is None:
        return None
    day = date(found.year, found.month, found.day)
    return clock.as_text(
        datetime.combine(day, found.hour or time(), tzinfo=ZoneInfo(cells.reading.zone)).astimezone(UTC)
    )


def _moment(cells: Cells, column: Column, text: str) -> Moment | None:
    if text in NEITHER:
        return None
    found = read_moment(text, cells.reading.date_order, from_1904=cells.reading.from_1904)
    if found is None or not found.year:
        cells.add_problem(column, text, NOT_A_DAY)
        return None
    return found


def _option(cells: Cells, column: Column, field: CustomField, text: str) -> str | None:
    """By its label in any spelling, or by its key."""
    meant = same_word(text)
    for choice in field.offered:
        if text == choice.key or meant == same_word(choice.label):
            return choice.key
    cells.add_problem(column, text, NOT_AN_OPTION)
    return None


def _options(cells: Cells, column: Column, field: CustomField, text: str) -> list[str] | None:
    """An option whose label has a comma may stand alone."""
    whole = next((each.key for each in field.offered if same_word(each.label) == same_word(text)), None)
    keys = [whole] if whole else [_option(cells, column, field, part) for part in split_tags(text)]
    return list(dict.fromkeys(key for key in keys if key is not None)) or None


def _yes_no(cells: Cells, column: Column, _field: CustomField, text: str) -> bool | None:
    if is_yes(text) or is_no(text):
        return is_yes(text)
    cells.add_problem(column, text, NOT_YES_OR_NO)
    return None


def _email(cells: Cells, column: Column, _field: CustomField, text: str) -> str | None:
    good, bad = split_emails(text)
    for wrong in bad:
        cells.add_problem(column, wrong, NOT_AN_EMAIL)
    return _first(cells, column, text, good)


def _phone(cells: Cells, column: Column, _field: CustomField, text: str) -> str | None:
    region = cells.reading.region
    read = (read_phone(cells, column, number, region) for number, _extension in split_phones(text))
    return _first(cells, column, text, [number for number in read if number is not None])


def _first(cells: Cells, column: Column, text: str, found: list[str]) -> str | None:
    if len(found) > 1:
        cells.add_problem(column, text, ONLY_FIRST)
    return found[0] if found else None


def _worded(adapter: TypeAdapter[str], *, long: bool = False) -> "Reader":
    def read(cells: Cells, column: Column, _field: CustomField, text: str) -> str | None:
        try:
            found: str = refuse_in(adapter, text if long else " ".join(text.split()))
        except ValueError as error:
            cells.add_problem(column, text, error.args[0])
            return None
        return found

    return read


Reader = Callable[[Cells, Column, CustomField, str], Any]
READERS: Mapping[str, Reader] = {
    "text": _worded(TEXT),
    "long_text": _worded(LONG_TEXT, long=True),
    "url": _worded(WEB_ADDRESS),
    "date": _day,
    "datetime": _time,
    "choice": _option,
    "multi_choice": _options,
    "yes_no": _yes_no,
    "email": _email,
    "phone": _phone,
}
