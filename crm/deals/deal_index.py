"""What deals are searched and sorted by: number, client, vehicle and lines."""

from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.searched_texts import texts_in
from crm.db.folding import fold, sought_in
from crm.db.fulltext import forget_texts, index_texts
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, find_deal
from crm.records.keys import sort_key
from crm.records.skeleton import facts_of

SEARCH = "deals_search"


def index_deal(tx: Transaction, deal: Deal, *, anew: bool = False) -> None:
    """`anew`: it was in the index before."""
    found = sought_in(deal.deal_number, deal.client_name or "")
    more = (deal.vehicle_name, *(line.title for line in deal.lines), deal_texts(tx, deal))
    words = " ".join([found.words, *(fold(text) for text in more if text)]).strip()
    tx.run(
        """
        UPDATE deals
           SET client_key = :client_key, vehicle_key = :vehicle_key, sought = :sought, joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
           AND (client_key, vehicle_key, sought, joined) <> (:client_key, :vehicle_key, :sought, :joined)
        """,
        deal_id=deal.id,
        client_key=sort_key(deal.client_name or ""),
        vehicle_key=sort_key(deal.vehicle_name or ""),
        sought=words,
        joined=found.joined,
    )
    if anew:
        forget_texts(tx, SEARCH, deal.id)
    index_texts(tx, SEARCH, deal.id, sort_key(deal.deal_number), words, found.joined)


def deal_texts(tx: Transaction, deal: Deal) -> str:
    """Its custom texts."""
    return texts_in(tx, "deal", facts_of(DEAL_RECORD, deal))


def rebuild_deal(tx: Transaction, deal_id: int) -> None:
    """Its forms and its place in the search; its version stays."""
    forget_texts(tx, SEARCH, deal_id)
    deal = find_deal(tx, deal_id)
    if deal is None:
        return
    rebuild_custom(tx, "deal", deal_id, live=deal.deleted_at is None)
    if deal.deleted_at is None:
        index_deal(tx, deal)


def index_deals_of_client(tx: Transaction, client_id: int) -> None:
    _index_all(tx, "client_id", client_id)


def index_deals_of_vehicle(tx: Transaction, vehicle_id: int) -> None:
    _index_all(tx, "vehicle_id", vehicle_id)


def _index_all(tx: Transaction, column: str, record_id: int) -> None:
    rows = tx.all(
        f"""
        SELECT id
          FROM deals
         WHERE workspace_id = :workspace_id
           AND {column} = :record_id
           AND deleted_at IS NULL
        """,
        record_id=record_id,
    )
    for row in rows:
        rebuild_deal(tx, row["id"])
