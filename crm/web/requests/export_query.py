"""What the address of an export may say: format, order, the kind's own filters, how CSV is written."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from crm.errors import Invalid, Sentence
from crm.exports.columns import export_of
from crm.exports.exporting import Format, Order, formats_of
from crm.exports.tables import DELIMITERS
from crm.records.kind import Kind
from crm.web.lists.paging import LONGEST_SORT, sorts_in_words

Delimiter = Annotated[
    Literal[",", ";", "\t", "|"],
    BeforeValidator(lambda text: DELIMITERS.get(text, text) if isinstance(text, str) else text),
    Field(description="Of CSV: `comma`, `semicolon`, `tab` or `pipe`, or the sign itself"),
]


class ExportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Format = "csv"
    delimiter: Delimiter = ","
    bom: bool = Field(default=False, description="CSV begins with a byte order mark, which Excel needs")


@cache
def query_of(kind: Kind) -> type[ExportQuery]:
    """The model of the address of that kind's export."""
    export = export_of(kind)
    sort: Any = (str | None, Field(None, max_length=LONGEST_SORT, description=sorts_in_words(export.sorts)))
    name = f"{kind.table.title()}Export"
    made: type[ExportQuery] = create_model(name, __base__=(ExportQuery, export.filters), sort=sort)
    return made


def order_in(kind: Kind, asked: ExportQuery) -> Order:
    """Raises Invalid for a format that the kind does not have."""
    if asked.format not in formats_of(kind):
        expected = " or ".join(map(repr, formats_of(kind)))
        raise Invalid.field("format", Sentence("must be {expected}", expected=expected))
    model = export_of(kind).filters
    names = set(model.model_fields)
    filters = model.model_validate(asked.model_dump(include=names))
    given = filters.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    sort: str | None = getattr(asked, "sort", None)
    return Order(kind, filters, given, sort, asked.format, asked.delimiter, asked.bom)
