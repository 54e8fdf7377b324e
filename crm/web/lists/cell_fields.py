"""A field that is changed in place: how it is entered, its text, and what the form says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from crm.custom_fields.custom_field import FIELD_RECORD, CustomField, custom_fields_of
from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.records.skeleton import existing
from crm.web.records.custom_form import Input, custom_entry, input_of
from crm.web.records.entries import Entry

Control = Literal["text", "amount", "day", "choice", "words", "due"]
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """`control` is how its field is entered; `options` are those of a choice, for the record."""

    control: Control = "text"
    options: Callable[[Transaction, Any], Options] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What its form offers: the choices of the field, or the input of a custom one."""

    options: Options
    own: Input | None


@dataclass(frozen=True, slots=True)
class Field:
    """`own` is the custom field that it is, if any."""

    name: str
    label: str
    cell: Cell
    entry: Entry
    own: CustomField | None = None
    text: Callable[[str, Any], str] | None = None

    def text_of(self, record: Any) -> str:
        """What the form's field holds of the record."""
        if self.own is not None:
            value = record.custom.get(self.own.key)
            return "" if value is None else self.entry.text(value)
        return self.text(self.name, record) if self.text else self.entry.text(getattr(record, self.name))

    def given(self, as_given: Callable[[str, Any], dict[str, Any]]) -> dict[str, Any]:
        """What the model takes. Raises Invalid."""
        value = self.entry.value(self.name)
        return as_given(self.name, value) if self.own is None else {"custom": {self.own.key: value}}

    def shown(self, tx: Transaction, record: Any, text: str) -> Shown:
        own = None if self.own is None else input_of(tx, self.own, {self.name: text})
        return Shown([] if self.cell.options is None else self.cell.options(tx, record), own)


def read_custom_cell(tx: Transaction, kind: Kind, name: str) -> Field:
    """Raises NotFound for a custom field that there is not."""
    field = existing(FIELD_RECORD, custom_fields_of(tx, kind.name).by_name.get(name))
    return Field(name, field.label, Cell(), custom_entry(field), field)
