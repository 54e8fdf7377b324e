"""The fields of the company that issues documents, and their limits, for pages and API."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from crm.accounts.fields import Country
from crm.documents.line_fields import Percent
from crm.errors import Sentence
from crm.fields import Blank, Email, Fields, Line, Text, WebAddress, left_out
from crm.when_used import WhenUsed

bic, iban = WhenUsed("stdnum.bic"), WhenUsed("stdnum.iban")

EUROPEAN_UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
VAT_PREFIXES = EUROPEAN_UNION - {"GR"} | {"EL", "XI"}
"""How VAT ids of the Union begin (Directive 2006/112, Article 215): Greece by EL, Northern Ireland by XI."""

_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9+*]{2,12}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def _check_iban(text: str) -> str:
    """ISO 13616: the length and form of its country, and the check digits by mod 97."""
    try:
        return str(iban.validate(text, check_country=False))
    except ValueError:
        raise ValueError("is not an IBAN: its length or its check digits are wrong") from None


def _check_bic(text: str) -> str:
    """ISO 9362."""
    try:
        return str(bic.validate(text))
    except ValueError:
        raise ValueError("is not a BIC of 8 or 11 letters and digits") from None


def _check_vat_id(text: str) -> str:
    """Without blanks, dots and hyphens where it is one of the Union; of others only the case is changed."""
    plain = re.sub(r"[\s.\-]", "", text.upper())
    if plain[:2] not in VAT_PREFIXES:
        return text.upper()
    if not _VAT_ID.fullmatch(plain) or not any(sign.isdigit() for sign in plain):
        raise ValueError(Sentence("is not a VAT id such as {example}", example="DE123456789"))
    return plain


def _check_colour(text: str) -> str:
    if not _COLOUR.fullmatch(text.lower()):
        raise ValueError("is not a colour such as #1f5fbf")
    return text.lower()


LegalName = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
Street = Annotated[Annotated[Text, StringConstraints(max_length=300)] | None, Blank]
PostalCode = Annotated[Annotated[Line, StringConstraints(max_length=20)] | None, Blank]
Locality = Annotated[Annotated[Line, StringConstraints(max_length=100)] | None, Blank]
Phone = Annotated[Annotated[Line, StringConstraints(max_length=50)] | None, Blank]
TaxNumber = Annotated[Annotated[Line, StringConstraints(max_length=50)] | None, Blank]
Registration = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
_Code = Annotated[Line, StringConstraints(max_length=60)]
VatId = Annotated[
    Annotated[Line, StringConstraints(max_length=30), AfterValidator(_check_vat_id)] | None, Blank
]
Iban = Annotated[Annotated[_Code, AfterValidator(_check_iban)] | None, Blank]
Bic = Annotated[Annotated[_Code, AfterValidator(_check_bic)] | None, Blank]
Colour = Annotated[
    Annotated[Line, StringConstraints(max_length=20), AfterValidator(_check_colour)] | None, Blank
]


AfterAcceptance = Literal["nothing", "deal", "invoice"]


class CompanyChanges(Fields):
    """Some of what is known of the company; the rest stays as it is."""

    legal_name: LegalName = left_out()
    street: Street = left_out()
    postal_code: PostalCode = left_out()
    city: Locality = left_out()
    region: Locality = left_out()
    country: Country = left_out()
    email: Annotated[Email | None, Blank] = left_out()
    phone: Phone = left_out()
    website: Annotated[WebAddress | None, Blank] = left_out()
    tax_number: TaxNumber = left_out()
    vat_id: VatId = left_out()
    registration: Registration = left_out(description="Such as HRB 1234, Amtsgericht München")
    iban: Iban = left_out()
    bic: Bic = left_out()
    small_business: bool = left_out(description="No tax is charged, as the country lets small businesses do")
    standard_rate: Percent | None = left_out(description="Of tax, in percent; null: that of the country")
    reduced_rate: Percent | None = left_out(description="Of tax, in percent; null: that of the country")
    colour: Colour = left_out(description="Of the documents, such as #1f5fbf")
    after_acceptance: AfterAcceptance = left_out(
        description="What an accepted quote becomes: the draft of a deal or of an invoice"
    )
