"""The form of a campaign: its fields, and what platforms call it as rows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import request

from crm.accounts.workspaces import get_workspace
from crm.campaigns.campaign import CAMPAIGN_RECORD, Campaign
from crm.campaigns.campaigns import change_campaign, create_campaign
from crm.campaigns.fields import CampaignChanges, CampaignFields
from crm.campaigns.kind import CAMPAIGN
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.records.skeleton import facts_of
from crm.records.tags import list_tags
from crm.web.records.entries import OPTIONAL_AMOUNT, TEXT, WORDS, Texts, given_values, texts_of
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.row_lists import RowList, rows_shown
from crm.web.requests.reading import read
from crm.web.words.choices import currency_codes

PLATFORM_IDS = RowList("platform_ids", ("source", "id"))
ENTRIES = {
    "name": TEXT, "channel": TEXT, "status": TEXT, "start_date": TEXT, "end_date": TEXT,
    "budget": OPTIONAL_AMOUNT, "currency": TEXT, "utm_source": TEXT, "utm_medium": TEXT,
    "utm_campaign": TEXT, "utm_term": TEXT, "utm_content": TEXT, "platform_ids": PLATFORM_IDS.entry,
    "description": TEXT, "tags": WORDS,
}  # fmt: skip


def _texts(campaign: Campaign) -> dict[str, str]:
    return texts_of(ENTRIES, facts_of(CAMPAIGN_RECORD, campaign))


def _given(names: set[str]) -> dict[str, Any]:
    given = given_values(ENTRIES, names)
    if "platform_ids" in given:
        listed = [{name: each[name] for name in PLATFORM_IDS.columns} for each in given["platform_ids"]]
        given["platform_ids"] = [each for each in listed if each["source"] or each["id"]]
    return given


def _other_rows() -> bool:
    """Whether a button of the rows was pressed."""
    return "more" in request.form or "fewer" in request.form


def _options(campaign: Campaign | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    shown = values if values.get("platform_ids") else {**values, "platform_ids": ""}
    return {**read(_read_options, campaign), "rows": rows_shown(PLATFORM_IDS, shown, error)}


def _read_options(tx: Transaction, campaign: Campaign | None) -> dict[str, Any]:
    currency = get_workspace(tx).currency
    codes = currency_codes(campaign.currency if campaign else "", currency)
    return {
        "tags": [tag.name for tag in list_tags(tx, "campaign")],
        "currency": currency,
        "currencies": [(code, code) for code in sorted(codes, key=lambda code: (code != currency, code))],
    }


blueprint = form_blueprint(
    RecordForm(
        kind=CAMPAIGN,
        entries=ENTRIES,
        template="campaigns/form.html",
        model=CampaignChanges,
        change=change_campaign,
        texts=_texts,
        given=_given,
        goes_on=_other_rows,
        options=_options,
        creation=Creation(
            model=CampaignFields,
            create=partial(create_campaign, complete=True),
            asked=("name",),
            usual=lambda: {"status": "active"},
        ),
    )
)
