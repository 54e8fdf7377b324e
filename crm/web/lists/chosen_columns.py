"""The columns of a list that its readers choose: in its address, beside filters and order."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import LazyString
from pydantic import Field, model_validator

from crm.custom_fields.custom_field import PREFIX, custom_fields_of
from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.web.lists.list_address import ListAddress

LONGEST_COLUMNS = 6_000


class ChosenColumns(ListAddress):
    """`columns` are parted by commas. Custom fields can be columns beside the known ones."""

    looks: ClassVar[tuple[str, ...]] = ("columns", "sort")
    known_columns: ClassVar[Mapping[str, LazyString]]
    usual_columns: ClassVar[tuple[str, ...]]

    columns: str | None = Field(default=None, max_length=LONGEST_COLUMNS)

    @model_validator(mode="before")
    @classmethod
    def _ticked(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Without scripts each column has a box of its own in the form."""
        if "choose_columns" not in given:
            return given
        own = (name.removeprefix("column_") for name in given if name.startswith(f"column_{PREFIX}"))
        ticked = [*(name for name in cls.known_columns if f"column_{name}" in given), *own]
        return {**given, "columns": ",".join(ticked) or "none"}

    @property
    def shown(self) -> list[str]:
        """The columns to show beside custom fields, in their usual order."""
        return [name for name in self.known_columns if name in self.wanted_columns]

    @property
    def own_columns(self) -> frozenset[str]:
        return frozenset(name for name in self.wanted_columns if name.startswith(PREFIX))

    @property
    def wanted_columns(self) -> tuple[str, ...]:
        return self.usual_columns if self.columns is None else tuple(self.columns.split(","))


class AddedColumns(ChosenColumns):
    """Of a list whose own columns are always shown: custom fields can be added to them."""

    known_columns: ClassVar[Mapping[str, LazyString]] = {}
    usual_columns = ()


def column_names(tx: Transaction, kind: Kind, known: Mapping[str, LazyString]) -> dict[str, Any]:
    """What the template offers: the known columns, and the workspace's own fields."""
    own = {field.name: field.label for field in custom_fields_of(tx, kind.name).all}
    return {"column_names": {**known, **own}}
