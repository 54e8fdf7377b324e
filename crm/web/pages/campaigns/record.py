"""The page of a campaign: facts, its months, tasks, files and timeline."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from crm.accounts.zones import calendar_of
from crm.campaigns.ads import AdShare, list_ads
from crm.campaigns.campaign import Campaign
from crm.campaigns.kind import CAMPAIGN
from crm.campaigns.period import last_months
from crm.campaigns.results import campaign_own_results
from crm.campaigns.summaries import list_summaries
from crm.db.transaction import Transaction
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.sessions.identity import identity
from crm.web.words.times import month_text

MONTHS = 12
DAYS_OF_ADS = 30
ADS = 50


def _more(tx: Transaction, campaign: Campaign) -> dict[str, Any]:
    found = list_summaries(tx, campaign.id)[:MONTHS] if campaign.deleted_at is None else []
    today = calendar_of(tx).today
    days = last_months(today, MONTHS)
    ads = _ads(tx, campaign, today) if campaign.deleted_at is None else []
    return {
        "summaries": found,
        "ads": [replace(each, ad_set=each.ad_set or "") for each in ads[:ADS]],
        "further_ads": len(ads) - ADS,
        "months": {each.month: month_text(each.month) for each in found},
        "this_month": today.isoformat()[:7],
        "results": campaign_own_results(tx, days, identity().timezone, campaign.id),
        "results_in": days,
    }


def _ads(tx: Transaction, campaign: Campaign, today: date) -> list[AdShare]:
    return list_ads(tx, campaign.id, today - timedelta(days=DAYS_OF_ADS), today)


blueprint = record_blueprint(RecordPage(CAMPAIGN, "campaigns/record.html", _more))
