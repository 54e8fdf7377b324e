"""Rules for rows of campaigns that come from a file or backup."""

from crm.campaigns.exchange_rates import ExchangeRateFields
from crm.campaigns.fields import CampaignStatus, Channel, PlatformId, SourceName, UtmValue
from crm.campaigns.measures import ALL_UNTOLD
from crm.campaigns.months import Month
from crm.catalogue.vehicle_fields import Words
from crm.fields import Name, name_key
from crm.money import MOST, Currency, as_stored
from crm.records.keys import sort_key
from crm.row_rules import (
    RowRules,
    any_text,
    columns,
    count,
    day,
    fits,
    ids,
    json_of,
    key_of,
    moments,
    whole_number,
)

SOUGHT = 20_000
TAG = 200
MOST_STORED = 2**62 - 1
FIGURE = whole_number(0, MOST_STORED)
STORED = dict.fromkeys(("impressions", "clicks", "spend", "conversions", "value"), FIGURE)
STORED |= {"untold": whole_number(0, ALL_UNTOLD)}
ON_PLATFORM = {"source": fits(SourceName), "platform_id": fits(PlatformId)}
DAILY = {
    **ids("campaign_id", "collection_id"),
    "day": day,
    "source": fits(SourceName),
    "currency": fits(Currency),
    **STORED,
    "extras": json_of(),
}

ROWS = {
    "campaigns": RowRules(
        columns(
            name=fits(Name),
            channel=fits(Channel),
            status=fits(CampaignStatus),
            start_date=day,
            end_date=day,
            budget_minor=whole_number(0, as_stored(MOST)),
            currency=fits(Currency),
            **dict.fromkeys(
                ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"), fits(UtmValue)
            ),
            description=fits(Words),
            sought=any_text(SOUGHT),
            joined=any_text(SOUGHT),
            first_tag=any_text(TAG),
            custom=json_of(),
        ),
        made={"name_key": key_of("name", name_key), "name_order": key_of("name", sort_key)},
    ),
    "campaign_platform_ids": RowRules(columns(**ids("campaign_id"), **ON_PLATFORM)),
    "ad_sets": RowRules(columns(**ids("campaign_id"), **ON_PLATFORM, name=fits(Name))),
    "ads": RowRules(columns(**ids("campaign_id", "ad_set_id"), **ON_PLATFORM, name=fits(Name))),
    "daily_kpi_data": RowRules(columns(**DAILY)),
    "daily_kpi_revisions": RowRules(columns(**DAILY, **ids("replaced_by"))),
    "ad_kpi_data": RowRules(
        columns(
            **ids("campaign_id", "ad_set_id", "ad_id"),
            day=day,
            source=fits(SourceName),
            place=count,
            currency=fits(Currency),
            **STORED,
        )
    ),
    "kpi_months": RowRules(
        columns(month=fits(Month), changes=count, rolled=count, daily_rows=count, **moments("rolled_at"))
    ),
    "campaign_summaries": RowRules(
        columns(
            **ids("campaign_id"),
            month=fits(Month),
            source=fits(SourceName),
            currency=fits(Currency),
            **STORED,
            days=whole_number(1, 2**31 - 1),
        )
    ),
    "campaign_reports": RowRules(columns(month=fits(Month), changes=count, body=json_of())),
    "exchange_rates": RowRules(
        columns(currency=fits(Currency), rates=json_of(list[ExchangeRateFields], list))
    ),
    "collection_log": RowRules(
        columns(
            **ids("collected_by"),
            source=fits(SourceName),
            **dict.fromkeys(("rows", "new_rows", "changed_rows", "unchanged_rows"), count),
            first_day=day,
            last_day=day,
        )
    ),
}
