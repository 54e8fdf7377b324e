"""Make a record of a described kind from the cells of a row."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

from crm import clock
from crm.custom_fields.custom_field import PREFIX
from crm.errors import Sentence
from crm.exports.columns import KEY, Form, form_of
from crm.imports.custom_columns import custom_values
from crm.imports.described import choices_in, importing_of, targets_of
from crm.imports.exported import custom_in, exported_texts, value_of
from crm.imports.interpreting import (
    NOT_A_DAY,
    NOT_AN_AMOUNT,
    Cells,
    Reading,
    cells_of,
    header_of,
    read_number,
    refuse_wide,
)
from crm.imports.mapping import Column
from crm.imports.reading.sheets import Row
from crm.imports.record import Bearer, Item, Record
from crm.imports.targets import KEEP
from crm.imports.values.choices import is_yes
from crm.imports.values.days import read_moment
from crm.imports.values.lists import split_tags
from crm.imports.values.measures import read_measure
from crm.records.kind import Kind
from crm.word_forms import same_word

NOTHING_USABLE = Sentence("This row has nothing by which the record could be known.")
NOT_A_CHOICE = Sentence("This is not one of the values that this field can have.")
NO = frozenset(map(same_word, ("0", "false", "no", "n", "nein", "non", "open", "offen", "not started")))
DONE = frozenset(map(same_word, ("done", "completed", "complete", "closed", "erledigt", "finished")))


def compose_item(row: Row, columns: Sequence[Column], reading: Reading, kind: Kind) -> Record:
    cells = cells_of(row, columns, reading)
    texts = exported_texts(cells)
    item = _exported_item(kind, texts) if texts else Item()
    _take_cells(cells, kind, item)
    item.custom = custom_values(cells, PREFIX)
    record = Record(row.number, hidden=row.hidden, problems=cells.problems, item=item)
    needed = importing_of(kind).needed
    record.name = " ".join(str(item.values.get(needed) or "").split())[:200]
    refuse_wide(cells)
    if not record.name and not record.left_out:
        cells.add_problem(None, "", NOTHING_USABLE, left_out=True)
    return record


def _exported_item(kind: Kind, texts: Mapping[str, str]) -> Item:
    """Ids are of the workspace that exported them: linked records are found by their key, e-mail or name."""
    model = importing_of(kind).fields
    own = set(model.model_fields) - {*kind.links, *(kind.hangs_on or ())}
    values = {
        name: _exported_value(kind, name, texts[name])
        for name in targets_of(kind)
        if name in own and name in texts
    }
    if values.get("due_day"):
        values.pop("due_at", None)
    if "custom" in own:
        values |= custom_in(texts, values.get("custom"))
    item = Item(values, external_id=texts.get(KEY), exported=True)
    for name in kind.links.keys() & model.model_fields.keys():
        start = name.removesuffix("_id")
        words = (texts.get(f"{start}_{what}", "") for what in ("key", "email", "name"))
        item.linked[name] = tuple(filter(None, words))
    if kind.hangs_on:
        key, name = (texts.get(f"subject_{what}", "") for what in ("key", "name"))
        item.on = Bearer(key=key, name=name, kind=texts.get("subject", ""))
    return item


def _exported_value(kind: Kind, name: str, text: str) -> Any:
    """A workbook has moments without their offset, which is that of UTC."""
    form = form_of(kind, name, importing_of(kind).fields)
    if form == "moment":
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
            return clock.as_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    value = value_of(form, text)
    return _number(kind, name, value) if isinstance(value, Decimal) else value


def _number(kind: Kind, name: str, number: Decimal) -> int | Decimal:
    hints = get_type_hints(importing_of(kind).fields)
    whole = int in {hints[name], *get_args(hints[name])} and number == number.to_integral_value()
    return int(number) if whole else number


def _take_cells(cells: Cells, kind: Kind, item: Item) -> None:
    model = importing_of(kind).fields
    for name in model.model_fields:
        for column, text in cells.of(name)[:1]:
            if name in kind.links:
                item.linked[name] = (text,)
            else:
                item.values |= _values(cells, column, kind, text)
    if kind.hangs_on and not item.on.said:
        said = {what: cells.first(f"subject_{what}") or "" for what in ("name", "email", "phone", "kind")}
        item.on = Bearer(external_id=cells.first("subject_id") or "", **said)
    item.external_id = cells.first("external_id") or item.external_id
    _keep_rest(cells, kind, item)


def _values(cells: Cells, column: Column, kind: Kind, text: str) -> dict[str, Any]:
    """One value, under the name of its field; nothing for one that cannot be read, which is noted."""
    name, model = column.field, importing_of(kind).fields
    form = form_of(kind, name, model)
    if name in importing_of(kind).units:
        return _measure(cells, column, kind, text)
    if form in {"moment", "day"}:
        return _moment(cells, column, text, form, {*model.model_fields})
    if form == "number":
        amount = read_number(cells, column, text)
        return {} if amount is None else {name: _number(kind, name, amount.number)}
    if form in {"tags", "yes"}:
        return {name: split_tags(text) if form == "tags" else is_yes(text)}
    if not choices_in(kind, name):
        return {name: text}
    chosen = _choice(kind, name, text)
    if chosen is None:
        cells.add_problem(column, text, NOT_A_CHOICE)
    return {} if chosen is None else {name: chosen}


def _choice(kind: Kind, name: str, text: str) -> str | None:
    """The value of a choice that a word means."""
    choices = choices_in(kind, name)
    words = {same_word(each): each for each in choices} | {
        same_word(word): meant for word, meant in importing_of(kind).words.items() if meant in choices
    }
    return words.get(same_word(text))


def _measure(cells: Cells, column: Column, kind: Kind, text: str) -> dict[str, Any]:
    """A number and the unit that stands beside it: `7,671 miles`, `19.999 EUR`."""
    name = column.field
    unit = importing_of(kind).units[name]
    found = read_measure(text, cells.reading.decimal, cells.first(unit))
    known = found is not None and bool(found.word) and bool(choices_in(kind, unit))
    meant = _choice(kind, unit, found.word) if found is not None and known else found and found.word
    if found is None or (known and meant is None):
        cells.add_problem(column, text, NOT_AN_AMOUNT)
        return {}
    values: dict[str, Any] = {name: _number(kind, name, found.number)}
    return values | ({unit: meant} if meant else {})


def _moment(cells: Cells, column: Column, text: str, form: Form, fields: set[str]) -> dict[str, Any]:
    """A day without an hour goes to the field of days, where there is one. "Yes" was at a moment that the
    file does not tell.
    """
    name = column.field
    if form == "moment" and (same_word(text) in NO | DONE or is_yes(text)):
        return {} if same_word(text) in NO else {name: clock.timestamp()}
    whole = _as_written(text)
    if whole is not None and form == "moment":
        return {name: clock.as_text(whole)}
    found = read_moment(text, cells.reading.date_order, from_1904=cells.reading.from_1904)
    if found is None or not found.year:
        cells.add_problem(column, text, NOT_A_DAY)
        return {}
    day = date(found.year, found.month, found.day)
    beside = f"{name.removesuffix('_at')}_day"
    if form == "day" or (found.hour is None and beside in fields):
        return {name if form == "day" else beside: day.isoformat()}
    zone = ZoneInfo(cells.reading.zone)
    return {name: clock.as_text(datetime.combine(day, found.hour or time(), tzinfo=zone))}


def _as_written(text: str) -> datetime | None:
    """A moment with its offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _keep_rest(cells: Cells, kind: Kind, item: Item) -> None:
    """Values that have no field here, each under its own header."""
    rest = importing_of(kind).rest
    lines = [f"{header_of(column)}: {text}" for column, text in cells.of(KEEP)]
    if rest and lines:
        item.values[rest] = "\n".join([*filter(None, [item.values.get(rest)]), *lines])
