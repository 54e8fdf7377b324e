"""How a new lead came, for the API, and the campaign that a person chooses."""

from typing import Annotated

from pydantic import Field, StringConstraints

from crm.fields import Blank, Fields, Id, Line
from crm.time_fields import Moment

Mark = Annotated[Annotated[Line, StringConstraints(max_length=500)] | None, Blank]
UtmMark = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
PageMark = Annotated[Annotated[Line, StringConstraints(max_length=1_000)] | None, Blank]


class TouchFields(Fields):
    """Kept as the lead's touch, and never overwritten; a campaign is found by them."""

    utm_source: UtmMark = None
    utm_medium: UtmMark = None
    utm_campaign: UtmMark = None
    utm_term: UtmMark = None
    utm_content: UtmMark = None
    utm_id: UtmMark = Field(None, description="What the platform calls the campaign")
    gclid: Mark = None
    gbraid: Mark = None
    wbraid: Mark = None
    gad_campaignid: Mark = None
    fbclid: Mark = None
    yclid: Mark = None
    ttclid: Mark = None
    msclkid: Mark = None
    li_fat_id: Mark = None
    twclid: Mark = None
    ctwa_clid: Mark = None
    ad_id: Mark = Field(None, description="What the platform calls the ad")
    ad_set_id: Mark = None
    ad_campaign_id: Mark = Field(None, description="What the platform calls the campaign")
    page: PageMark = Field(None, description="The address at which they arrived; its query is read, too")
    referrer: PageMark = Field(None, description="The page before")


class TouchByHand(Fields):
    """What a person knows of how a lead came: the campaign, or what tells it. It is a later touch where there
    is one already, whenever it happened.
    """

    happened_at: Moment | None = Field(None, description="Now, if it is missing; it may not be to come")
    campaign_id: Id | None = None
    utm_source: UtmMark = None
    utm_medium: UtmMark = None
    utm_campaign: UtmMark = None
    ad_id: Mark = Field(None, description="What the platform calls the ad")
    referrer: PageMark = Field(None, description="The page before")


class CampaignChoice(Fields):
    """Null: the lead is counted with no campaign."""

    campaign_id: Id | None
