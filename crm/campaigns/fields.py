"""The fields of a campaign and their limits, for pages and API."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.catalogue.vehicle_fields import Words, as_number
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.errors import Sentence
from crm.fields import Blank, Fields, Line, Name, Tags, left_out, visible
from crm.money import Currency, Price
from crm.time_fields import OptionalDay

Channel = Literal[
    "search", "social", "display", "video", "marketplace", "messaging", "email", "print", "event", "referral",
    "other",
]  # fmt: skip
CampaignStatus = Literal["planned", "active", "paused", "ended"]
MOST_PLATFORM_IDS = 40

UtmValue = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
SourceName = Annotated[Line, StringConstraints(max_length=60), AfterValidator(visible)]
"""Such as google_ads: what tells the figures of one platform from those of another."""
PlatformId = Annotated[Line, StringConstraints(max_length=200), AfterValidator(visible)]


class PlatformIdFields(Fields):
    """What a platform calls the campaign."""

    source: SourceName
    id: PlatformId


PlatformIds = Annotated[list[PlatformIdFields], Field(max_length=MOST_PLATFORM_IDS)]


class CampaignFields(Fields):
    """A whole campaign: omitted fields get their defaults, also in a PUT, but for the currency."""

    name: Name
    channel: Channel = "other"
    status: CampaignStatus = "active"
    start_date: OptionalDay = None
    end_date: OptionalDay = None
    budget: Price | None = Field(default=None, description="For the whole campaign")
    currency: Currency | None = Field(default=None, description="ISO 4217; left out, the workspace's")
    utm_source: UtmValue = None
    utm_medium: UtmValue = None
    utm_campaign: UtmValue = None
    utm_term: UtmValue = None
    utm_content: UtmValue = None
    platform_ids: PlatformIds = Field(default=[], description="What each platform calls it")
    description: Words = None
    tags: Tags = Field(default=[])
    custom: GivenCustom | None = of_kind("campaign")


class CampaignChanges(Fields):
    """Some fields of a campaign; the others stay as they are."""

    name: Name = left_out()
    channel: Channel = left_out()
    status: CampaignStatus = left_out()
    start_date: OptionalDay = left_out()
    end_date: OptionalDay = left_out()
    budget: Price | None = left_out()
    currency: Currency = left_out()
    utm_source: UtmValue = left_out()
    utm_medium: UtmValue = left_out()
    utm_campaign: UtmValue = left_out()
    utm_term: UtmValue = left_out()
    utm_content: UtmValue = left_out()
    platform_ids: PlatformIds = left_out()
    description: Words = left_out()
    tags: Tags = left_out()
    custom: GivenCustom = of_kind("campaign", left_out=True)


def given_campaign_values(fields: CampaignFields | CampaignChanges) -> dict[str, Any]:
    """The values to write: all of a whole campaign, or only the given ones of changes; plain."""
    given = fields.model_fields_set if isinstance(fields, CampaignChanges) else type(fields).model_fields
    values = {name: value for name, value in fields.model_dump().items() if name in given}
    if values.get("currency", "") is None:
        del values["currency"]
    if values.get("budget") is not None:
        values["budget"] = as_number(values["budget"])
    for name in ("start_date", "end_date"):
        if isinstance(values.get(name), date):
            values[name] = values[name].isoformat()
    if "platform_ids" in values:
        values["platform_ids"] = sorted(values["platform_ids"], key=lambda each: (each["source"], each["id"]))
    return values


ENDS_BEFORE = Sentence("must not be before the start")
