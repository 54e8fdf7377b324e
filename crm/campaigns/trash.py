"""Deleting and restoring campaigns, and making anew what they are found by."""

from dataclasses import asdict

from crm.attribution.crediting import rename_credited
from crm.campaigns.campaign import CAMPAIGN_RECORD, Campaign, find_campaign, get_campaign
from crm.campaigns.campaigns import CAMPAIGN_SEARCH, index_campaign
from crm.campaigns.platform_ids import refuse_taken_ids
from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.trash import CustomizedTrash
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.records.free_names import refuse_name_taken
from crm.records.keys import sort_key


def _return(tx: Transaction, campaign: Campaign) -> None:
    """Another one may have its name or a platform id meanwhile."""
    refuse_name_taken(tx, CAMPAIGN_RECORD, campaign.name, besides=campaign.id)
    refuse_taken_ids(tx, [asdict(each) for each in campaign.platform_ids], besides=campaign.id)


CAMPAIGN_TRASH = CustomizedTrash(
    record=CAMPAIGN_RECORD,
    get=get_campaign,
    find=find_campaign,
    search=CAMPAIGN_SEARCH,
    index=index_campaign,
    returning=_return,
)
delete_campaign = CAMPAIGN_TRASH.delete
restore_campaign = CAMPAIGN_TRASH.restore


def rebuild_campaign(tx: Transaction, campaign_id: int) -> None:
    """Its keys and its place in the search; the campaign's version stays."""
    forget_texts(tx, CAMPAIGN_SEARCH, campaign_id)
    campaign = find_campaign(tx, campaign_id)
    if campaign is None:
        return
    rebuild_custom(tx, "campaign", campaign_id, live=campaign.deleted_at is None)
    tx.run(
        """
        UPDATE campaigns
           SET name_key = :name_key, name_order = :name_order
         WHERE workspace_id = :workspace_id
           AND id = :campaign_id
        """,
        campaign_id=campaign_id,
        name_key=name_key(campaign.name),
        name_order=sort_key(campaign.name),
    )
    rename_credited(tx, campaign_id, sort_key(campaign.name))
    if campaign.deleted_at is None:
        index_campaign(tx, campaign)
