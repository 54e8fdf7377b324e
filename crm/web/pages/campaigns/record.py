"""The page of a campaign: facts, tasks, files and timeline."""

from crm.campaigns.kind import CAMPAIGN
from crm.web.records.page import RecordPage, record_blueprint

blueprint = record_blueprint(RecordPage(CAMPAIGN, "campaigns/record.html"))
