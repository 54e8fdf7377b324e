"""Campaigns from a file."""

from crm.campaigns.campaigns import create_campaign, refuse_taken_name
from crm.campaigns.fields import CampaignFields
from crm.records.importing import Importing

IMPORTED_CAMPAIGNS = Importing(
    fields=CampaignFields,
    create=create_campaign,
    needed="name",
    unsaid=frozenset({"platform_ids"}),
    alike=("name",),
    taken={"name": refuse_taken_name},
    rest="description",
    units={"budget": "currency"},
    headers={
        "name": ("campaign", "campaign name", "kampagne"),
        "channel": ("medium", "kanal"),
        "status": ("state", "campaign status"),
        "start_date": ("start", "starts", "from", "beginn"),
        "end_date": ("end", "ends", "until", "ende"),
        "budget": ("total budget", "lifetime budget"),
        "description": ("details", "beschreibung"),
    },
    examples={
        "name": "Spring offers",
        "channel": "social",
        "status": "active",
        "start_date": "2026-03-01",
        "budget": "1500.00 EUR",
        "utm_campaign": "spring",
    },
)
