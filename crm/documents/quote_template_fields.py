"""The fields of a template of quotes, and their limits, for pages and API."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from crm.accounts.fields import Language
from crm.documents.company_fields import AfterAcceptance
from crm.documents.fields import FREE, Lines, LongText, Title
from crm.documents.line_fields import MOST_LINES, Percent
from crm.fields import Fields, Id, Line, visible
from crm.money import Currency, Price

TemplateName = Annotated[Line, StringConstraints(min_length=1, max_length=100), AfterValidator(visible)]


class QuoteTemplateFields(Fields):
    """A template to save: of a quote, whose client and number it does not take over, or of its own."""

    most_values: ClassVar[int] = MOST_LINES * 30

    name: TemplateName
    quote_id: Id | None = Field(default=None, description="Gives what is left out")
    title: Title = None
    currency: Currency | None = None
    language: Language | None = None
    prices_include_tax: bool = False
    header: LongText = None
    footer: LongText = None
    discount: Percent = FREE
    discount_amount: Price = FREE
    after_acceptance: AfterAcceptance | None = None
    lines: Lines = Field(default=[])
