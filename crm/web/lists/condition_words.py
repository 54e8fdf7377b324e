"""Conditions in words, for chips and the builder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from crm.records.conditions.fields import FilterFields
from crm.records.conditions.grammar import Criterion, Node
from crm.records.conditions.periods import ROLLING, plain_period
from crm.web.kinds.known import known_words
from crm.web.words.fields import label_of
from crm.web.words.formats import counted, number
from crm.web.words.times import day_text

OPERATORS: dict[str, LazyString] = {
    "is": lazy_gettext("is"),
    "is_not": lazy_gettext("is not"),
    "is_any_of": lazy_gettext("is any of"),
    "contains": lazy_gettext("contains"),
    "starts_with": lazy_gettext("starts with"),
    "less": lazy_gettext("is less than"),
    "greater": lazy_gettext("is more than"),
    "before": lazy_gettext("is before"),
    "after": lazy_gettext("is after"),
    "between": lazy_gettext("is between"),
    "no_activity_since": lazy_gettext("has been longer ago than"),
    "is_empty": lazy_gettext("is empty"),
    "is_not_empty": lazy_gettext("is not empty"),
}
PERIODS: dict[str, LazyString] = {
    "today": lazy_gettext("today"),
    "yesterday": lazy_gettext("yesterday"),
    "tomorrow": lazy_gettext("tomorrow"),
    "this_week": lazy_gettext("this week"),
    "last_week": lazy_gettext("last week"),
    "next_week": lazy_gettext("next week"),
    "this_month": lazy_gettext("this month"),
    "last_month": lazy_gettext("last month"),
    "next_month": lazy_gettext("next month"),
    "this_quarter": lazy_gettext("this quarter"),
    "last_quarter": lazy_gettext("last quarter"),
    "next_quarter": lazy_gettext("next quarter"),
    "this_year": lazy_gettext("this year"),
    "last_year": lazy_gettext("last year"),
    "next_year": lazy_gettext("next year"),
}
LABELS: dict[str, LazyString] = {
    "created_at": lazy_gettext("Created"),
    "updated_at": lazy_gettext("Changed"),
    "closed_at": lazy_gettext("Closed"),
    "done_at": lazy_gettext("Done"),
    "due": lazy_gettext("Due"),
    "last_activity": lazy_gettext("Last activity"),
    "may_contact": lazy_gettext("May be contacted"),
    "opted_out": lazy_gettext("Opted out"),
    "client": lazy_gettext("Client"),
    "campaign": lazy_gettext("Campaign"),
    "subject": lazy_gettext("On a"),
    "subject_id": lazy_gettext("Record number"),
}
ROLLING_WORDS: dict[tuple[str, str], Callable[[int], str]] = {
    ("last", "day"): lambda n: counted("the last %(num)s day", "the last %(num)s days", n),
    ("next", "day"): lambda n: counted("the next %(num)s day", "the next %(num)s days", n),
    ("last", "week"): lambda n: counted("the last %(num)s week", "the last %(num)s weeks", n),
    ("next", "week"): lambda n: counted("the next %(num)s week", "the next %(num)s weeks", n),
}


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """`names` are those of what values stand for, by field and value."""

    fields: FilterFields
    names: Mapping[str, Mapping[str, str]]

    def text(self, node: Node) -> str:
        """“City is Berlin”, or several with “and” or “or” between them."""
        if isinstance(node, Criterion):
            return self._criterion(node)
        sign = _(" and ") if node.join == "all" else _(" or ")
        parts = [
            self.text(each) if isinstance(each, Criterion) else f"({self.text(each)})" for each in node.among
        ]
        return str(sign.join(parts))

    def _criterion(self, criterion: Criterion) -> str:
        known = self.fields.get(criterion.field)
        label = (known.label if known else "") or field_label(criterion.field)
        operator = OPERATORS.get(criterion.op, criterion.op)
        if criterion.value is None:
            return f"{label} {operator}"
        return f"{label} {operator} {self._value(criterion)}"

    def _value(self, criterion: Criterion) -> str:
        value = criterion.value
        if criterion.op == "no_activity_since":
            days = str(value).split()[0]
            return counted("%(num)s day", "%(num)s days", int(days)) if days.isdigit() else str(value)
        values = value if isinstance(value, list) else [value]
        sign = _(" and ") if criterion.op == "between" else _(" or ")
        return str(sign).join(self._one(criterion.field, each) for each in values)

    def _one(self, name: str, value: Any) -> str:
        known = self.fields.get(name)
        named = self.names.get(name, {}).get(str(value)) or (known.names.get(str(value)) if known else None)
        if named is not None or known is None:
            return named or str(value)
        if known.type in {"day", "moment"}:
            return date_words(str(value))
        if isinstance(value, int | float) and known.type in {"number", "amount"}:
            return number(value)
        if known.type in {"choice", "yes_no"}:
            return str(known_words().values.get(value, value))
        return f"“{value}”" if known.type == "text" else str(value)


def field_label(name: str) -> str:
    return str(LABELS.get(name) or label_of(name))


def date_words(text: str) -> str:
    """Of a period, or of a day."""
    period = plain_period(text)
    if period in PERIODS:
        return str(PERIODS[period])
    rolling = ROLLING.fullmatch(period or "")
    if rolling is not None:
        return ROLLING_WORDS[rolling[1], rolling[3]](int(rolling[2]))
    try:
        return day_text(text)
    except ValueError:
        return text
