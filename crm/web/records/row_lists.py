"""Lists in a form, such as the e-mail addresses of a client: a row each, of which the first is the main one.

Of the field `emails` the columns of row 2 are `emails-2-email` and `emails-2-label`; those of the first row
may be fields of their own. The radio `emails-main` says which row is the main one, `emails-rows` how many
there are. Rows are added and removed by buttons that send the form: it comes back with the other rows, and
nothing is saved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import request

from crm.errors import CrmError, Invalid
from crm.fields import whole_number
from crm.web.errors import Malformed
from crm.web.i18n import worded
from crm.web.records.entries import Entry
from crm.web.words.fields import label_of

MOST = 40
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class RowList:
    """`columns` are those of each row. `own` are the columns of the first row that are fields by themselves,
    each with the name of the field: that row stays. `value` makes the value of a column of its text, and
    `text` its text of a stored value. `silent` columns do not make a row by themselves; `usual` are the
    texts of a new row; `most` is how many rows there may be.
    """

    name: str
    columns: tuple[str, ...]
    own: Mapping[str, str] = field(default_factory=dict)
    value: Callable[[str, str], Any] = lambda _column, text: text or None
    text: Callable[[str, Any], str] = lambda _column, value: str(value or "")
    silent: frozenset[str] = frozenset({"label"})
    usual: Mapping[str, str] = field(default_factory=dict)
    most: int = MOST

    @property
    def entry(self) -> Entry:
        return Entry(
            text=self._text_of,
            value=lambda _name: self.given(),
            typed=lambda _name: self._typed_text(),
            shown=self._shown,
        )

    def own_entry(self, column: str, entry: Entry) -> Entry:
        """Of a field that is a column of the first row: choosing another row changes it."""

        def typed(name: str) -> str | None:
            rows = self.typed()
            return entry.typed(name) if rows is None else rows[0][column]

        return Entry(entry.text, entry.value, entry.plain, entry.shown, typed)

    def typed(self) -> list[Row] | None:
        """The rows of the form, the main one first; None where it has none."""
        form = request.form
        if self.name in form:
            return self._of_text(form[self.name])
        count = whole_number(form.get(f"{self.name}-rows", ""))
        if count is None:
            return None
        rows = [self._typed_row(place) for place in range(min(count, self.most))] or [self._typed_row(0)]
        main = whole_number(form.get(f"{self.name}-main", "0")) or 0
        gone = form.get("fewer", "").removeprefix(f"{self.name}-")
        if not self.own:
            left = [row for place, row in enumerate(rows) if str(place) != gone and any(row.values())]
            return left or [self._empty()]
        left = [row for place, row in enumerate(rows) if str(place) != gone or place == 0]
        first = rows[main] if main < len(rows) and str(main) != gone else rows[0]
        return [first, *(row for row in left if row is not first and any(row.values()))]

    def given(self) -> list[dict[str, Any]]:
        """The rows that say something, as an operation takes them."""
        rows = [row for row in self.typed() or [] if self._says_something(row)]
        return [
            {column: self.value(column, text) for column, text in row.items()} | {"main": place == 0}
            for place, row in enumerate(rows)
        ]

    def further(self, text: str) -> list[Row]:
        """The rows after the first, of the text of the whole list."""
        return self._of_text(text)[1:] if text else []

    def first(self, text: str) -> Row:
        return self._of_text(text)[0] if text else self._empty()

    def new(self) -> Row:
        return self._empty() | dict(self.usual)

    def says_more(self, text: str) -> bool:
        """Whether there is more than the fields of their own."""
        extras = [value for column, value in self.first(text).items() if column not in self.own]
        return bool(self.further(text)) or any(extras)

    def _typed_row(self, place: int) -> Row:
        names = {column: f"{self.name}-{place}-{column}" for column in self.columns}
        named = {**names, **self.own} if place == 0 else names
        row = {column: request.form.get(name, "").replace("\r\n", "\n") for column, name in named.items()}
        return self._empty() if self.usual and row == self.new() else row

    def _empty(self) -> Row:
        return dict.fromkeys(self.columns, "")

    def _says_something(self, row: Row) -> bool:
        return any(text for name, text in row.items() if name not in self.silent)

    def _text_of(self, parts: list[Mapping[str, Any]]) -> str:
        rows = [{column: self.text(column, part[column]) for column in self.columns} for part in parts]
        return self._as_text(rows or [self._empty()])

    def _typed_text(self) -> str | None:
        rows = self.typed()
        return None if rows is None else self._as_text(rows)

    def _as_text(self, rows: list[Row]) -> str:
        """Without the fields of their own, which have texts of their own."""
        first = {column: text for column, text in rows[0].items() if column not in self.own}
        return orjson.dumps([first, *rows[1:]]).decode()

    def _of_text(self, text: str) -> list[Row]:
        """Raises Malformed for what no form of ours sends."""
        try:
            found = [
                {column: str(row.get(column, "")) for column in self.columns} for row in orjson.loads(text)
            ]
        except (ValueError, AttributeError, TypeError):
            found = []
        if not 0 < len(found) <= self.most:
            raise Malformed("The form is not whole. Reload the page and try again.")
        own = {column: request.form.get(name, "") for column, name in self.own.items()}
        return [found[0] | own, *found[1:]]

    def _shown(self, text: str) -> list[dict[str, Any]]:
        """What `show_value` takes: the rows that are not fields by themselves."""
        rows = self.further(text) if self.own else [row for row in self._of_text(text) if any(row.values())]
        return [{**row, "label": row.get("label")} for row in rows]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """`place` is that in the form; `error` says what is wrong with it."""

    place: int
    values: Row
    error: str


def rows_shown(of: RowList, values: Mapping[str, str], error: CrmError | None) -> list[ShownRow]:
    """For the template: all rows, and another one after the button that asks for it."""
    text = values.get(of.name, "")
    rows = [of.first(text), *of.further(text)]
    rows = [row if any(row.values()) else of.new() for row in rows]
    if request.form.get("more") == of.name:
        rows.append(of.new())
    wrong = _errors_by_place(of, error)
    return [ShownRow(place, row, wrong.get(place, "")) for place, row in enumerate(rows)]


def _errors_by_place(of: RowList, error: CrmError | None) -> dict[int, str]:
    """Rows of several columns say which one is wrong."""
    found: dict[int, str] = {}
    for problem in error.problems if isinstance(error, Invalid) else ():
        parts = problem.field.split(".")
        place = whole_number(parts[1]) if parts[0] == of.name and len(parts) > 1 else None
        if place is not None:
            column = f"{label_of(parts[2])} " if len(parts) > 2 and of.usual else ""
            found.setdefault(place, column + worded(problem.message))
    return found
