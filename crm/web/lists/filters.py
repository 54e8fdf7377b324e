"""The filters that a list offers, and each set filter as a chip to remove."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from crm.web.navigation import may
from crm.web.words.campaigns import channel_text
from crm.web.words.countries import country_name
from crm.web.words.formats import number
from crm.web.words.phones import phone
from crm.web.words.times import day_text

Control = Literal["search", "choice", "words", "record", "amounts", "days"]
RANGES = ("amounts", "days")
Choices = Iterable[tuple[object, str]]


class Narrowed(Protocol):
    """The address of a list or a board."""

    @property
    def filters(self) -> dict[str, Any]: ...

    @property
    def address(self) -> Callable[..., str]: ...


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the filter in the address; one of a range has two, which end in `_from` and `_to`.

    `at_hand` are those that stand above the list; the others are under "+ Filter". `source` is the endpoint
    that finds records for a picker. One `by_link` is set by links of reports alone, one of
    an `area` is offered to those who may read it.
    """

    name: str
    label: LazyString
    control: Control
    at_hand: bool = False
    source: str = ""
    show: Callable[[Any], str] = str
    by_link: bool = False
    area: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to") if self.control in RANGES else (self.name,)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words; `address` is the list without it."""

    text: str
    address: str


def _quoted(text: str) -> str:
    return f"“{text}”"


def _stale_or_fresh(stale: bool) -> str:
    return str(_("Inactive") if stale else _("Recent"))


def _yes_or_no(yes: bool) -> str:
    return str(_("Yes") if yes else _("No"))


def _days(name: str, label: LazyString) -> Field:
    return Field(name, label, "days", show=day_text)


def _choice(name: str, label: LazyString) -> Field:
    return Field(name, label, "choice", at_hand=True)


SEARCH = Field("q", lazy_gettext("Search"), "search", at_hand=True, show=_quoted)
OWNER = _choice("owner_id", lazy_gettext("Owner"))
TAG = _choice("tag", lazy_gettext("Tag"))
SOURCE = Field("source", lazy_gettext("Source"), "words")
CREATED, CHANGED = _days("created", lazy_gettext("Created")), _days("updated", lazy_gettext("Changed"))

CLIENT_FILTERS = (
    SEARCH,
    _choice("status", lazy_gettext("Status")),
    _choice("kind", lazy_gettext("Kind")),
    OWNER,
    TAG,
    Field("email", lazy_gettext("E-mail"), "words"),
    Field("phone", lazy_gettext("Phone"), "words", show=phone),
    Field("company_id", lazy_gettext("Company"), "record", source="clients.suggest_companies"),
    Field("city", lazy_gettext("City"), "words"),
    Field("country", lazy_gettext("Country"), "choice", show=country_name),
    SOURCE,
    CREATED,
    CHANGED,
)
LEAD_FILTERS = (
    SEARCH,
    _choice("status", lazy_gettext("Status")),
    _choice("pipeline_id", lazy_gettext("Pipeline")),
    _choice("stage_id", lazy_gettext("Stage")),
    OWNER,
    _choice("type", lazy_gettext("Type")),
    TAG,
    Field("stale", lazy_gettext("Activity"), "choice", at_hand=True, show=_stale_or_fresh),
    Field("client_id", lazy_gettext("Client"), "record", source="clients.suggest"),
    Field("campaign", lazy_gettext("Campaign"), "words", area="campaigns"),
    Field("campaign_id", lazy_gettext("Campaign"), "choice", by_link=True),
    Field("campaign_channel", lazy_gettext("Channel"), "choice", show=channel_text, by_link=True),
    Field("has_campaign", lazy_gettext("By a campaign"), "choice", show=_yes_or_no, by_link=True),
    Field("ad_set_id", lazy_gettext("Ad set"), "choice", by_link=True),
    Field("ad_id", lazy_gettext("Ad"), "choice", by_link=True),
    Field("value", lazy_gettext("Value"), "amounts", show=lambda amount: number(float(amount))),
    _days("closes", lazy_gettext("Expected close")),
    _days("won", lazy_gettext("Won")),
    _days("closed", lazy_gettext("Closed")),
    SOURCE,
    CREATED,
    CHANGED,
)


def built(fields: Iterable[Field]) -> list[Field]:
    """Those under "+ Filter"."""
    return [each for each in fields if not each.at_hand and not each.by_link and _offered(each)]


def _offered(field: Field) -> bool:
    return not field.area or may(f"{field.area}.read")


def chips_of(fields: Iterable[Field], wanted: Narrowed, choices: Mapping[str, Choices]) -> list[Chip]:
    """One for each filter that is set; `choices` have the names of what is chosen by an id or a key."""
    filters = wanted.filters
    return [
        Chip(_in_words(field, name, filters[name], choices), wanted.address(without=[name]))
        for field in fields
        for name in field.parameters
        if name in filters
    ]


def _in_words(field: Field, name: str, value: object, choices: Mapping[str, Choices]) -> str:
    named = {str(key): text for key, text in choices.get(field.name, ())}
    shown = named.get(str(value)) or field.show(value)
    if name.endswith("_from") and field.control in RANGES:
        return str(_("%(field)s: from %(value)s", field=field.label, value=shown))
    if name.endswith("_to") and field.control in RANGES:
        return str(_("%(field)s: up to %(value)s", field=field.label, value=shown))
    return str(_("%(field)s: %(value)s", field=field.label, value=shown))
