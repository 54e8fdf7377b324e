"""Rebuilding the normalized forms of clients."""

from crm.clients.client import CLIENT_RECORD, stored_client
from crm.clients.clients import SEARCH, index_client
from crm.clients.keys import client_keys
from crm.clients.sought_texts import other_texts
from crm.custom_fields.rebuilding import rebuild_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.records.skeleton import facts_of


def rebuild_client(tx: Transaction, client_id: int) -> None:
    """Their keys and search index; the version stays the same."""
    forget_texts(tx, SEARCH, client_id)
    client = stored_client(tx, client_id)
    if client is None:
        return
    rebuild_custom(tx, "client", client_id, live=client.deleted_at is None)
    facts = facts_of(CLIENT_RECORD, client)
    tx.run(
        """
        UPDATE clients
           SET name_key = :name_key, email_key = :email_key, city_key = :city_key, source_key = :source_key,
               sought = :sought, joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :client_id
        """,
        client_id=client_id,
        **client_keys(facts, other_texts(tx, facts)),
    )
    if client.deleted_at is None:
        index_client(tx, client)
