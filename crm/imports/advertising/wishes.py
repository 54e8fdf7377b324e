"""How people want a file of figures read, for pages, API and command."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from crm.fields import Fields
from crm.imports.advertising.columns import FIELDS
from crm.imports.advertising.report import ReportWishes
from crm.imports.reading.sheets import ReadingOptions

Header = Annotated[str, StringConstraints(max_length=300)]
FieldName = Annotated[str, StringConstraints(max_length=40)]


class ReportOptions(Fields):
    """Null is: find it out. `columns` has the header of each field, such as `{"day": "Datum"}`."""

    columns: dict[FieldName, Header] | None = Field(default=None, max_length=len(FIELDS))
    encoding: Annotated[str, StringConstraints(max_length=40)] | None = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    sheet: Annotated[str, StringConstraints(max_length=200)] | None = None
    decimal: Literal[",", "."] | None = None
    order: Literal["dmy", "mdy"] | None = None


def wishes_of(options: ReportOptions) -> ReportWishes:
    reading = ReadingOptions(options.encoding, options.delimiter, options.sheet)
    return ReportWishes(reading, options.columns, options.decimal, options.order)
