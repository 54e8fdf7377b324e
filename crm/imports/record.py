"""One row of a file as a record: a client, perhaps a lead, and the problems found."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crm.clients.consents import Said
from crm.files.uploads import Upload


@dataclass(frozen=True, slots=True)
class Problem:
    """`header` and `column` (from 0) are None for a problem of a whole row. `left_out`: the row is not
    imported.
    """

    row: int
    message: str
    header: str | None = None
    value: str = ""
    left_out: bool = False
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is E.164."""

    number: str
    label: str
    extension: str
    header: str


@dataclass(frozen=True, slots=True)
class EmailAddress:
    address: str
    label: str
    header: str


@dataclass(slots=True)
class Address:
    label: str = ""
    street: list[str] = field(default_factory=list)
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def lines(self) -> str:
        """Without the city and the country, which have their own fields."""
        return "\n".join(
            filter(None, [*self.street, " ".join(filter(None, [self.postal_code, self.region]))])
        )

    @property
    def whole(self) -> str:
        """On one line."""
        place = " ".join(filter(None, [self.postal_code, self.city]))
        parts = [*self.street, place, self.region, self.country]
        return ", ".join(part.replace("\n", ", ") for part in parts if part)


@dataclass(slots=True)
class LeadPart:
    title: str = ""
    value: Decimal | None = None
    currency: str | None = None
    pipeline: str | None = None
    stage: str | None = None
    outcome: str | None = None
    expected_close: str | None = None
    lost_reason: str | None = None
    owner: str | None = None
    source: str | None = None
    type: str | None = None
    tags: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    external_id: str | None = None
    exported: dict[str, Any] | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    touch: dict[str, str] = field(default_factory=dict)
    """How it came: see `crm/attribution/marks.py`."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a file says of the record that another one is on: its key in an export, or what it is known by."""

    key: str = ""
    name: str = ""
    external_id: str = ""
    email: str = ""
    phone: str = ""
    kind: str = ""

    @property
    def said(self) -> str:
        """The first of them; empty if there is none."""
        return self.name or self.email or self.phone or self.external_id or self.key


@dataclass(slots=True)
class Item:
    """A record of a kind that is imported as it is described. `linked` are the words for the records that its
    fields point to.
    """

    values: dict[str, Any] = field(default_factory=dict)
    linked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    on: Bearer = field(default_factory=Bearer)
    custom: dict[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    exported: bool = False


@dataclass(slots=True)
class Record:
    """`further` are values of unknown columns, `kept` those of known columns without a field, each with its
    header; both go to the notes. `exported` are the fields of a row that Holdfast wrote, as they are;
    `company_key` is that of its company, `companies` are further ones: `name`, `key` and `role` of each.
    `custom` are the values of mapped columns by the keys of custom fields. `photo` is the picture of a card,
    once it is checked and stored.
    """

    row: int
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    is_company: bool = False
    company: str | None = None
    company_role: str | None = None
    companies: list[dict[str, str | None]] = field(default_factory=list)
    job_title: str | None = None
    emails: list[EmailAddress] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    websites: list[str] = field(default_factory=list)
    birthday: str | None = None
    since: str | None = None
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    status: str | None = None
    source: str | None = None
    owner: str | None = None
    language: str | None = None
    currency: str | None = None
    external_id: str | None = None
    profile: str | None = None
    do_not_call: bool = False
    consents: list[Said] = field(default_factory=list)
    lead: LeadPart | None = None
    item: Item | None = None
    further: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    id_header: str = ""
    exported: dict[str, Any] | None = None
    company_key: str | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hidden: bool = False
    has_photo: bool = False
    photo: Upload | None = None

    @property
    def left_out(self) -> bool:
        return any(problem.left_out for problem in self.problems)

    @property
    def identified(self) -> bool:
        """Whether it has a name, company, e-mail, phone or title."""
        return bool(
            self.name or self.company or self.emails or self.phones or (self.lead and self.lead.title)
        )
