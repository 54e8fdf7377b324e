"""The fields of a quote and their limits, for pages and API."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.accounts.fields import Language
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.documents.company_fields import AfterAcceptance
from crm.documents.line_fields import MOST_LINES, DocumentLine, Percent, check_texts
from crm.documents.lines import as_given
from crm.fields import Blank, Fields, Id, Line, Tags, Text, left_out
from crm.money import Currency, Price
from crm.time_fields import OptionalDay

State = Literal["draft", "sent", "accepted", "declined"]
Title = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
LongText = Annotated[Annotated[Text, StringConstraints(max_length=10_000)] | None, Blank]
Lines = Annotated[list[DocumentLine], Field(max_length=MOST_LINES), AfterValidator(check_texts)]
FREE = Decimal(0)


class QuoteFields(Fields):
    """A quote to create. Its number is given by the server."""

    most_values: ClassVar[int] = MOST_LINES * 30

    title: Title = None
    client_id: Id | None = None
    lead_id: Id | None = Field(default=None, description="Gives the client too, if that is left out")
    owner_id: Id | None = Field(default=None, description="Left out, whoever creates it")
    currency: Currency | None = Field(default=None, description="ISO 4217; left out, that of the client")
    language: Language | None = Field(default=None, description="Left out, that of the client")
    valid_until: OptionalDay = None
    prices_include_tax: bool = False
    header: LongText = Field(default=None, description="The text above the lines")
    footer: LongText = Field(default=None, description="The text below the lines")
    discount: Percent = Field(default=FREE, description="Percent off the sum of the lines")
    discount_amount: Price = Field(default=FREE, description="Money off the sum, after the percent")
    after_acceptance: AfterAcceptance | None = Field(
        default=None, description="What it becomes once accepted; left out, what the company says"
    )
    deal_id: Id | None = Field(default=None, description="Gives what is left out: client, lead, lines")
    template_id: Id | None = Field(default=None, description="Gives what is left out: texts, lines")
    lines: Lines = Field(default=[])
    tags: Tags = Field(default=[])
    custom: GivenCustom | None = of_kind("quote")


class QuoteChanges(Fields):
    """Some fields of a quote; the others stay as they are. `lines` are all of its lines."""

    most_values: ClassVar[int] = MOST_LINES * 30

    title: Title = left_out()
    client_id: Id | None = left_out()
    lead_id: Id | None = left_out()
    owner_id: Id | None = left_out()
    currency: Currency = left_out()
    language: Language = left_out()
    valid_until: OptionalDay = left_out()
    prices_include_tax: bool = left_out()
    header: LongText = left_out()
    footer: LongText = left_out()
    discount: Percent = left_out()
    discount_amount: Price = left_out()
    after_acceptance: AfterAcceptance | None = left_out()
    lines: Lines = left_out()
    tags: Tags = left_out()
    custom: GivenCustom = of_kind("quote", left_out=True)


def given_values(fields: QuoteFields | QuoteChanges) -> dict[str, Any]:
    """The values to write: all of a new quote, or only the given ones of changes."""
    values = fields.model_dump(exclude_unset=isinstance(fields, QuoteChanges), exclude={"lines"})
    if isinstance(fields, QuoteFields) or "lines" in fields.model_fields_set:
        values["lines"] = as_given(fields.lines)
    return values
