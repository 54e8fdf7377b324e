"""The kind `campaign_source`."""

from crm.activity.sight import MANAGED
from crm.campaigns.sources.fields import NewSource
from crm.campaigns.sources.source import SOURCE_RECORD, find_source, get_source
from crm.campaigns.sources.sources import delete_source, restore_source
from crm.records.kind import Kind, Lookup, Trash, not_undone

IN_THE_SETTINGS = "sources of figures are changed in the settings"

CAMPAIGN_SOURCE = Kind(
    name="campaign_source",
    table="campaign_sources",
    known_by=SOURCE_RECORD.known_by,
    area="campaign_sources",
    modules=("campaigns",),
    permissions={"read": "admins", "manage": "admins"},
    rows={},
    examples="nobody has an account at a platform for made-up campaigns",
    erasing="it is an account of the workspace; what it tells is of campaigns, not of people",
    actions=not_undone(
        IN_THE_SETTINGS,
        "campaign_source.created",
        "campaign_source.changed",
        "campaign_source.deleted",
        "campaign_source.restored",
    )
    | not_undone("the platform was asked", "campaign_source.tested"),
    fields=NewSource,
    lookup=Lookup(SOURCE_RECORD, get_source, find_source),
    trash=Trash(delete_source, restore_source),
    sight=MANAGED,
)
