"""The page of a campaign: facts, its months, tasks, files and timeline."""

from typing import Any

from crm.accounts.zones import calendar_of
from crm.campaigns.campaign import Campaign
from crm.campaigns.kind import CAMPAIGN
from crm.campaigns.summaries import list_summaries
from crm.db.transaction import Transaction
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.words.times import month_text

MONTHS = 12


def _more(tx: Transaction, campaign: Campaign) -> dict[str, Any]:
    found = list_summaries(tx, campaign.id)[:MONTHS] if campaign.deleted_at is None else []
    return {
        "summaries": found,
        "months": {each.month: month_text(each.month) for each in found},
        "this_month": calendar_of(tx).today.isoformat()[:7],
    }


blueprint = record_blueprint(RecordPage(CAMPAIGN, "campaigns/record.html", _more))
