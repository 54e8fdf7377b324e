"""The options and the mapping of an import, for the API and the command."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.fields import Fields, Line

Duplicates = Literal["skip", "update", "add"]
Encoding = Annotated[Line, StringConstraints(min_length=1, max_length=40)]

SheetName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MOST_COLUMNS = 1_000
MOST_CORRECTIONS = 1_000


def _between_cells(text: str) -> str:
    if text in '"\r\n\x00' or "\ud800" <= text <= "\udfff":
        raise ValueError("cannot be a delimiter")
    return text


Records = Annotated[str, StringConstraints(max_length=40), Field(json_schema_extra={"x-such-as": "imported"})]
Delimiter = Annotated[str, StringConstraints(min_length=1, max_length=1), AfterValidator(_between_cells)]


class ImportSettings(Fields):
    """How a file is read and imported. Reading options that are left out are detected."""

    records: Records = "clients"
    duplicates: Duplicates = Field(
        default="skip",
        description="If the record exists already: skip the row, update the record, or add another",
    )
    overwrite: bool = Field(
        default=False, description="With duplicates=update: also overwrite fields that have a value"
    )
    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    sheet: SheetName | None = None
    header_row: Annotated[int, Field(ge=0, le=1_000)] | None = Field(
        default=None, description="The number of the row with the headers; 0 for none"
    )
    date_order: Literal["dmy", "mdy"] | None = Field(
        default=None, description="How to read dates such as 3/4/2026"
    )
    decimal: Literal[",", "."] | None = Field(default=None, description="The decimal separator")


class MappedColumn(Fields):
    """`column` counts from 0. `field` is a field, `extra` to add it to the notes, or `-` to leave it out.

    A custom field is `custom.` and its key; in a file of leads that is one of their clients, and
    `lead_custom.` begins those of leads.
    """

    column: Annotated[int, Field(ge=0, lt=MOST_COLUMNS)]
    field: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    label: Annotated[Line, StringConstraints(max_length=40)] = ""


class Correction(Fields):
    """A corrected cell. `row` is its number in the file."""

    row: Annotated[int, Field(ge=1, le=10_000_000)]
    column: Annotated[int, Field(ge=0, lt=MOST_COLUMNS)]
    value: Annotated[str, StringConstraints(max_length=10_000)]


class ImportMapping(Fields):
    """Parts that are left out stay as they are."""

    columns: Annotated[list[MappedColumn], Field(max_length=MOST_COLUMNS)] | None = None
    options: ImportSettings | None = None
    corrections: Annotated[list[Correction], Field(max_length=MOST_CORRECTIONS)] | None = None
    left_out_rows: (
        Annotated[list[Annotated[int, Field(ge=1, le=10_000_000)]], Field(max_length=MOST_CORRECTIONS)] | None
    ) = Field(default=None, description="Rows that are not to be imported")
