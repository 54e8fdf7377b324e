"""The fields of a client and their limits, for pages and API."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from babel import Locale
from pydantic import AfterValidator, Field, StringConstraints

from crm.clients.birthdays import parse_birthday
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.fields import Blank, Email, Fields, Id, Line, Name, ShortLine, Tags, Text, WebAddress, left_out
from crm.locales import canonical_tag
from crm.money import Currency
from crm.records.keys import sort_key

Kind = Literal["person", "company"]
Status = Literal["active", "inactive", "prospect"]


@cache
def country_codes() -> frozenset[str]:
    """The two-letter codes of ISO 3166."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))


@cache
def _codes_by_name() -> dict[str, str]:
    names = Locale("en").territories
    return {sort_key(names[code]): code for code in country_codes() if code in names}


def _country(text: str) -> str:
    code = _codes_by_name().get(sort_key(text), text.upper())
    if code not in country_codes():
        raise ValueError("must be a country name or a two-letter code (ISO 3166) such as DE")
    return code


def _language(text: str) -> str:
    tag = canonical_tag(text)
    if tag is None:
        raise ValueError("is not a language tag such as en or pt-BR")
    return tag


ClientName = Name
MOST_POINTS = 20
MOST_COMPANIES = 50
Label = Annotated[Annotated[Line, StringConstraints(max_length=50)] | None, Blank]
PhoneText = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
OptionalEmail = Annotated[Email | None, Blank]
OptionalPhone = Annotated[Annotated[Line, StringConstraints(max_length=40)] | None, Blank]
OptionalWebsite = Annotated[WebAddress | None, Blank]
OptionalCountry = Annotated[
    Annotated[Line, StringConstraints(max_length=100), AfterValidator(_country)] | None, Blank
]
Address = Annotated[Annotated[Text, StringConstraints(max_length=500)] | None, Blank]
JobTitle = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
Birthday = Annotated[
    Annotated[Line, StringConstraints(max_length=20), AfterValidator(parse_birthday)] | None, Blank
]
DocumentLanguage = Annotated[
    Annotated[Line, StringConstraints(max_length=100), AfterValidator(_language)] | None, Blank
]
DocumentCurrency = Annotated[Currency | None, Blank]
Notes = Annotated[Annotated[Text, StringConstraints(max_length=10_000)] | None, Blank]


class EmailFields(Fields):
    """An e-mail address of a client."""

    email: Email
    label: Label = Field(None, description="Such as work or home")
    main: bool = Field(default=False, description="If none is, the first one is the main one")


class PhoneFields(Fields):
    """A phone number of a client."""

    phone: PhoneText
    label: Label = Field(None, description="Such as work or mobile")
    main: bool = Field(default=False, description="If none is, the first one is the main one")


class AddressFields(Fields):
    """An address of a client; at least one part is given."""

    street: Address = Field(None, description="Of several lines, if need be")
    postal_code: ShortLine = None
    city: ShortLine = None
    region: ShortLine = None
    country: OptionalCountry = Field(None, description="ISO 3166, two letters; a name becomes its code")
    label: Label = Field(None, description="Such as billing or site")
    main: bool = Field(default=False, description="If none is, the first one is the main one")


class CompanyFields(Fields):
    """A company to which a client belongs."""

    company_id: Id = Field(description="A client of kind company")
    role: JobTitle = Field(None, description="What the person is there, such as director")
    main: bool = Field(default=False, description="If none is, the first one is the main one")


Companies = Annotated[list[CompanyFields], Field(max_length=MOST_COMPANIES)]
Addresses = Annotated[list[AddressFields], Field(max_length=MOST_POINTS)]
Emails = Annotated[list[EmailFields], Field(max_length=MOST_POINTS)]
Phones = Annotated[list[PhoneFields], Field(max_length=MOST_POINTS)]


class ClientFields(Fields):
    """A whole client: omitted fields get their defaults, also in a PUT."""

    name: ClientName
    kind: Kind = "person"
    email: OptionalEmail = Field(None, description="The main one of `emails`")
    phone: OptionalPhone = Field(
        None,
        description="The main one of `phones`. Kept as E.164; national forms are of the workspace's country",
    )
    emails: Emails | None = Field(None, description="All of them; without it `email` is the only one")
    phones: Phones | None = Field(None, description="All of them; without it `phone` is the only one")
    company_id: Id | None = Field(None, description="A client of kind company: the main one of `companies`")
    companies: Companies | None = Field(
        None, description="All of them, each with the role there; without it `company_id` is the only one"
    )
    job_title: JobTitle = None
    birthday: Birthday = Field(None, description="Such as 1980-05-17, or --05-17 without the year")
    website: OptionalWebsite = None
    address: Address = Field(None, description="The street of the main one of `addresses`")
    addresses: Addresses | None = Field(
        None, description="All of them; without it `address`, `city` and `country` are those of the only one"
    )
    city: ShortLine = None
    country: OptionalCountry = Field(None, description="ISO 3166, two letters; a name becomes its code")
    status: Status = "active"
    source: ShortLine = None
    owner_id: Id | None = Field(None, description="The user who looks after the client")
    tags: Tags = Field(default_factory=list)
    notes: Notes = None
    language: DocumentLanguage = Field(
        None, description="Of new quotes and invoices; left out, that of the last one, else of the country"
    )
    currency: DocumentCurrency = Field(
        None, description="ISO 4217, of new quotes and invoices; left out, that of the last one"
    )
    custom: GivenCustom | None = of_kind("client")


class ClientChanges(Fields):
    """Some fields of a client; the others stay as they are."""

    name: ClientName = left_out()
    kind: Kind = left_out()
    email: OptionalEmail = left_out()
    phone: OptionalPhone = left_out()
    emails: Emails = left_out()
    phones: Phones = left_out()
    company_id: Id | None = left_out()
    companies: Companies = left_out()
    job_title: JobTitle = left_out()
    birthday: Birthday = left_out()
    website: OptionalWebsite = left_out()
    address: Address = left_out()
    addresses: Addresses = left_out()
    city: ShortLine = left_out()
    country: OptionalCountry = left_out()
    status: Status = left_out()
    source: ShortLine = left_out()
    owner_id: Id | None = left_out()
    tags: Tags = left_out()
    notes: Notes = left_out()
    language: DocumentLanguage = left_out()
    currency: DocumentCurrency = left_out()
    custom: GivenCustom = of_kind("client", left_out=True)


class Duplicable(Fields):
    allow_duplicate: bool = Field(
        default=False, description="Save although another client has this e-mail address or phone number"
    )


class NewClient(ClientFields, Duplicable):
    """A client to create, or to replace one."""


class PatchedClient(ClientChanges, Duplicable):
    """Some fields of a client."""


def given_values(fields: ClientFields | ClientChanges) -> dict[str, Any]:
    """The values to write: all of a whole client, or only the given ones of changes."""
    partial = isinstance(fields, ClientChanges)
    return fields.model_dump(exclude_unset=partial, exclude={"allow_duplicate"})
