"""The form of a list's conditions: rows in groups, between what was sent and the text of `?filter=`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from werkzeug.datastructures import MultiDict

from crm.records.conditions.fields import EMPTY, QUIET, FilterField, FilterFields
from crm.records.conditions.grammar import GROUPS, MOST_CONDITIONS, Criterion, Group, as_plain
from crm.records.conditions.periods import ROLLING, plain_period
from crm.web.requests.amounts import typed_amount
from crm.web.requests.forms import words_from, words_text

MOST_ROWS = MOST_CONDITIONS + 5
ON_A_DAY = "day"
Sent = MultiDict[str, str]


@dataclass(slots=True)
class Row:
    """`name` is the field; `values` are texts as the form holds them; `place` names it in refusals."""

    name: str = ""
    op: str = ""
    values: list[str] = field(default_factory=list)
    period: str = ""
    place: str = ""


@dataclass(slots=True)
class Rows:
    join: str
    rows: list[Row]


@dataclass(slots=True)
class Draft:
    """The first of `groups` is the whole; the others are groups in it. `kept` are conditions nested deeper,
    which the form does not show one by one.
    """

    groups: list[Rows]
    kept: str = ""

    def tree(self) -> dict[str, Any] | None:
        """As the grammar has it, with the place of each row noted; None without any condition."""
        whole = self.groups[0]
        listed: list[Any] = []
        root = f"filter.{whole.join}"
        for row in whole.rows:
            if row.name:
                row.place = f"{root}[{len(listed)}]"
                listed.append(row)
        for group in self.groups[1:]:
            rows = [row for row in group.rows if row.name]
            for at, row in enumerate(rows):
                row.place = f"{root}[{len(listed)}].{group.join}[{at}]"
            if rows:
                listed.append({group.join: rows})
        listed += orjson.loads(self.kept) if self.kept else []
        return {whole.join: listed} if listed else None


def draft_of(group: Group | None, fields: FilterFields) -> Draft:
    """Of a filter, or an empty one to begin with."""
    if group is None:
        return Draft([Rows("all", [Row()])])
    whole, others, kept = Rows(group.join, []), list[Rows](), list[Any]()
    for each in group.among:
        if isinstance(each, Criterion):
            whole.rows.append(_row_of(each, fields))
        elif all(isinstance(inner, Criterion) for inner in each.among):
            inner_rows = [_row_of(inner, fields) for inner in each.among if isinstance(inner, Criterion)]
            others.append(Rows(each.join, inner_rows))
        else:
            kept.append(as_plain(each))
    return Draft([whole, *others], orjson.dumps(kept).decode() if kept else "")


def sent_draft(form: Sent) -> Draft:
    """What the form says; names are `field-0-1`: the second row of the first group."""
    groups = []
    for g in range(MOST_ROWS):
        if f"join-{g}" not in form:
            break
        join = form[f"join-{g}"] if form[f"join-{g}"] in GROUPS else "all"
        rows = [_sent_row(form, f"{g}-{r}") for r in range(MOST_ROWS) if f"field-{g}-{r}" in form]
        groups.append(Rows(join, rows))
    return Draft(groups or [Rows("all", [Row()])], _kept(form.get("kept", "")))


def _kept(text: str) -> str:
    """Whether they are conditions, the grammar sees; here they must be a list."""
    try:
        return text if isinstance(orjson.loads(text or "0"), list) else ""
    except orjson.JSONDecodeError:
        return ""


def change_draft(draft: Draft, action: str) -> None:
    """`add:1` adds a row to the second group, `group` one of its own, `remove:0-2` takes a row away."""
    name, _, where = action.partition(":")
    numbers = [int(part) for part in where.split("-") if part.isascii() and part.isdigit()]
    held = sum(len(group.rows) for group in draft.groups)
    if name == "group" and held < MOST_ROWS:
        draft.groups.append(Rows("any" if draft.groups[0].join == "all" else "all", [Row()]))
    elif name == "drop":
        draft.kept = ""
    elif numbers and numbers[0] < len(draft.groups):
        group = draft.groups[numbers[0]]
        if name == "add" and held < MOST_ROWS:
            group.rows.append(Row())
        elif name == "remove" and len(numbers) == 2 and numbers[1] < len(group.rows):
            del group.rows[numbers[1]]
            if not group.rows and group is not draft.groups[0]:
                draft.groups.remove(group)


def complete_draft(draft: Draft, fields: FilterFields) -> None:
    """Each row has an operator that its field has."""
    for group in draft.groups:
        for row in group.rows:
            known = fields.get(row.name)
            if known is not None and row.op not in known.operators:
                row.op, row.values, row.period = known.operators[0], [], ""


def written(row: Row, fields: FilterFields) -> dict[str, Any]:
    """The condition of a row. A value that was typed wrong stays as it was typed, and is refused later."""
    plain: dict[str, Any] = {"field": row.name, "op": row.op}
    known = fields.get(row.name)
    if row.op in EMPTY or known is None:
        return plain
    return plain | {"value": _value(row, known)}


def _value(row: Row, known: FilterField) -> Any:
    first = row.values[0] if row.values else ""
    if row.op == QUIET:
        return first
    if known.type in {"day", "moment"}:
        return [*row.values, "", ""][:2] if row.op == "between" else _when(row)
    if row.op == "between":
        return [_single(known, text) for text in [*row.values, "", ""][:2]]
    if row.op == "is_any_of":
        several = row.values if len(row.values) > 1 else words_from(first)
        return [_single(known, text) for text in several]
    return _single(known, first)


def _single(known: FilterField, text: str) -> Any:
    if known.type in {"number", "amount"} and text.strip():
        amount = typed_amount(text, "")
        return text if amount is None else float(amount)
    if known.type == "record" and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return text == "true" if known.type == "yes_no" else text


def _when(row: Row) -> str:
    """A period by its name, `last_days` with its number, or a day."""
    number, day = [*row.values, "", ""][:2]
    which, _, unit = row.period.partition("_")
    if unit == "days":
        return f"{which} {number} days"
    return day if row.period == ON_A_DAY or not row.period else row.period


def _row_of(criterion: Criterion, fields: FilterFields) -> Row:
    known, value = fields.get(criterion.field), criterion.value
    row = Row(criterion.field, criterion.op)
    if known is not None and known.type in {"day", "moment"} and isinstance(value, str) and row.op != QUIET:
        row.period, row.values = _period_of(value)
    elif isinstance(value, list):
        texts = [str(each) for each in value]
        row.values = texts if row.op == "between" or known is None else _several(texts, known)
    elif value is not None:
        row.values = [str(value).removesuffix(" days") if row.op == QUIET else str(value)]
    return row


def _several(texts: list[str], known: FilterField) -> list[str]:
    return [words_text(texts)] if known.type in {"text", "tags"} else texts


def _period_of(value: str) -> tuple[str, list[str]]:
    name = plain_period(value)
    rolling = ROLLING.fullmatch(name or "")
    if rolling is not None:
        days = int(rolling[2]) * (7 if rolling[3] == "week" else 1)
        return f"{rolling[1]}_days", [str(days), ""]
    return (name, []) if name else (ON_A_DAY, ["", value])


def _sent_row(form: Sent, at: str) -> Row:
    return Row(
        name=form.get(f"field-{at}", ""),
        op=form.get(f"op-{at}", ""),
        values=form.getlist(f"value-{at}"),
        period=form.get(f"period-{at}", ""),
    )


def problems_by_row(draft: Draft, errors: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """The first sentence for each row, by the place of its condition; of the whole form under no name."""
    places = {row.place for group in draft.groups for row in group.rows if row.place}
    found: dict[str, str] = {}
    for name, message in errors:
        place = name.rpartition(".")[0]
        found.setdefault(place if place in places else "", message)
    return found
