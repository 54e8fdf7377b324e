"""The fields of campaigns that are changed in their list and on their page."""

from crm.campaigns.campaigns import change_campaign
from crm.campaigns.fields import CampaignChanges
from crm.web.lists.campaign_list import CAMPAIGN_LIST
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.records.entries import OPTIONAL_AMOUNT, TEXT, WORDS

TEXTS = ("name",)

blueprint = cell_blueprint(
    CellEditing(
        kind=CAMPAIGN_LIST.kind,
        page=CAMPAIGN_LIST,
        cells={
            **{name: Cell() for name in TEXTS},
            "budget": Cell("amount"),
            "tags": Cell("words"),
        },
        entries={**dict.fromkeys(TEXTS, TEXT), "budget": OPTIONAL_AMOUNT, "tags": WORDS},
        model=CampaignChanges,
        change=change_campaign,
    )
)
