"""/api/campaigns: campaigns."""

from crm.campaigns.campaign import Campaign
from crm.campaigns.kind import CAMPAIGN
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint

CAMPAIGNS = RecordApi(
    kind=CAMPAIGN,
    record=Campaign,
    listed=Campaign,
    keeps=True,
    views={
        "list_all": "List campaigns, newest first",
        "count": "Count the campaigns that a list would show, up to 10,000",
        "create": "Add a campaign; only its name is required",
        "change_many": "Create, update, tag, delete and restore up to 1,000 campaigns: all or none",
        "get": "Get a campaign",
        "replace": "Replace a campaign; omitted fields get their defaults, except the currency",
        "patch": "Change some fields of a campaign",
        "delete": "Move a campaign to the trash",
        "restore": "Restore a campaign from the trash",
        "activities": "List the changes of a campaign, newest first",
        "list_files": "List the files of a campaign, newest first",
        "add_file": "Add a file to a campaign",
    },
)
blueprint = api_blueprint(CAMPAIGNS)
