"""Lists of campaigns: filtered, sorted, searched, in keyset pages."""

from crm.campaigns.campaign import COLUMN, Campaign, campaign_of
from crm.campaigns.filters import CAMPAIGNS, CampaignFilter, campaign_parts
from crm.db.keyset import Page
from crm.db.list_pages import count_list, first_of, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction

SUGGESTIONS = 5


def list_campaigns(
    tx: Transaction,
    wanted: CampaignFilter,
    *,
    sort: str | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page[Campaign]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        CAMPAIGNS,
        campaign_parts(tx, wanted),
        campaign_of,
        width=len(COLUMN),
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
    )


def count_campaigns(tx: Transaction, wanted: CampaignFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many campaigns such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, CAMPAIGNS, campaign_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_campaigns(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Campaign]:
    """The newest few for what is being typed; those that run come first."""
    best, all_of_them = CampaignFilter(q=text, status="active"), CampaignFilter(q=text)
    return first_of(limit, lambda wanted: list_campaigns(tx, wanted, limit=limit).rows, best, all_of_them)
