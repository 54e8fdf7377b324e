"""Creating and changing campaigns: row, platform ids, tags, search and ledger in one transaction."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.activity import activity
from crm.attribution.crediting import rename_credited
from crm.campaigns.campaign import CAMPAIGN_RECORD, Campaign, get_campaign
from crm.campaigns.fields import ENDS_BEFORE, CampaignChanges, CampaignFields, given_campaign_values
from crm.campaigns.platform_ids import refuse_taken_ids, store_platform_ids
from crm.catalogue.vehicles import stored
from crm.custom_fields.searched_texts import texts_in
from crm.custom_fields.values import check_changed_custom, check_new_custom, store_custom, without_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import name_key
from crm.money import check_current, check_places
from crm.records.free_names import refuse_name_taken
from crm.records.keys import sort_key
from crm.records.search_texts import index_words
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.records.tags import set_tags

CAMPAIGN_SEARCH = "campaigns_search"
PARTS = frozenset({"tags", "platform_ids", "budget"})


def create_campaign(tx: Transaction, fields: CampaignFields, *, complete: bool = False) -> Campaign:
    """Raises Invalid, and Conflict for a name or platform id that another live campaign has."""
    values = given_campaign_values(fields)
    if "currency" not in values:
        values["currency"] = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
    check_current(values["currency"])
    _check(tx, values, 0)
    values = check_new_custom(tx, "campaign", values, complete=complete)
    campaign_id = _insert(tx, values)
    store_platform_ids(tx, campaign_id, values["platform_ids"])
    set_tags(tx, "campaign", campaign_id, values["tags"])
    store_custom(tx, "campaign", campaign_id, values)
    campaign = get_campaign(tx, campaign_id)
    index_campaign(tx, campaign)
    facts = given_facts(CAMPAIGN_RECORD, campaign)
    activity.record(tx, "campaign.created", "campaign", campaign_id, after=facts)
    return campaign


def change_campaign(
    tx: Transaction,
    campaign_id: int,
    fields: CampaignFields | CampaignChanges,
    *,
    expected_version: int | None = None,
) -> Campaign:
    """Write the differing values: all fields of a whole campaign, or only the given ones of changes.

    Raises NotFound, Stale, Invalid, and Conflict for a name or platform id that another live campaign has.
    """
    old = get_campaign(tx, campaign_id)
    refuse_stale(CAMPAIGN_RECORD, old, expected_version)
    given = given_campaign_values(fields)
    _check(tx, {**facts_of(CAMPAIGN_RECORD, old), **given}, campaign_id)
    whole = isinstance(fields, CampaignFields)
    given = check_changed_custom(tx, "campaign", campaign_id, old.custom, given, whole=whole)
    values = differing(CAMPAIGN_RECORD, old, given)
    if values:
        _write(tx, old, values)
    return get_campaign(tx, campaign_id)


def _write(tx: Transaction, old: Campaign, values: dict[str, Any]) -> None:
    if "tags" in values:
        set_tags(tx, "campaign", old.id, values["tags"])
    if "platform_ids" in values:
        store_platform_ids(tx, old.id, values["platform_ids"])
    store_custom(tx, "campaign", old.id, values)
    before = facts_of(CAMPAIGN_RECORD, old)
    _update(tx, old.id, {**before, **values})
    if "name" in values:
        rename_credited(tx, old.id, sort_key(values["name"]))
    new = get_campaign(tx, old.id)
    forget_texts(tx, CAMPAIGN_SEARCH, old.id)
    index_campaign(tx, new)
    earlier, later = activity.changes(before, facts_of(CAMPAIGN_RECORD, new))
    activity.record(tx, "campaign.changed", "campaign", old.id, before=earlier, after=later)


def _check(tx: Transaction, values: Mapping[str, Any], campaign_id: int) -> None:
    if values.get("budget") is not None:
        check_places(Decimal(str(values["budget"])), values["currency"], "budget")
    start, end = values.get("start_date"), values.get("end_date")
    if start and end and end < start:
        raise Invalid.field("end_date", ENDS_BEFORE)
    refuse_taken_name(tx, values["name"], besides=campaign_id)
    refuse_taken_ids(tx, values["platform_ids"], besides=campaign_id)


def refuse_taken_name(tx: Transaction, name: str, *, besides: int = 0) -> None:
    """Raises Conflict, with the other's id, when another live campaign has it."""
    refuse_name_taken(tx, CAMPAIGN_RECORD, name, besides=besides)


def index_campaign(tx: Transaction, campaign: Campaign) -> None:
    """By its name and UTM values, and by custom texts."""
    texts = texts_in(tx, "campaign", facts_of(CAMPAIGN_RECORD, campaign))
    words = (campaign.utm_campaign, campaign.utm_source, campaign.utm_medium)
    name = campaign.name
    index_words(tx, CAMPAIGN_RECORD, CAMPAIGN_SEARCH, campaign.id, name=name, words=words, custom=texts)


def _insert(tx: Transaction, values: dict[str, Any]) -> int:
    return tx.insert(
        """
        INSERT INTO campaigns (workspace_id, name, name_key, name_order, channel, status, start_date,
                               end_date, budget_minor, currency, utm_source, utm_medium, utm_campaign,
                               utm_term, utm_content, description, created_at, updated_at)
        VALUES (:workspace_id, :name, :name_key, :name_order, :channel, :status, :start_date,
                :end_date, :budget_minor, :currency, :utm_source, :utm_medium, :utm_campaign,
                :utm_term, :utm_content, :description, :now, :now)
        RETURNING id
        """,
        **_columns(values),
    )


def _update(tx: Transaction, campaign_id: int, facts: dict[str, Any]) -> None:
    tx.run(
        """
        UPDATE campaigns
           SET name = :name, name_key = :name_key, name_order = :name_order, channel = :channel,
               status = :status, start_date = :start_date, end_date = :end_date,
               budget_minor = :budget_minor, currency = :currency, utm_source = :utm_source,
               utm_medium = :utm_medium, utm_campaign = :utm_campaign, utm_term = :utm_term,
               utm_content = :utm_content, description = :description, version = version + 1,
               updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :campaign_id
        """,
        campaign_id=campaign_id,
        **_columns(facts),
    )


def _columns(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: value for name, value in without_custom(facts).items() if name not in PARTS},
        "name_key": name_key(facts["name"]),
        "name_order": sort_key(facts["name"]),
        "budget_minor": stored(facts["budget"]),
    }
