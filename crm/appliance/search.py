"""Making the search indexes anew from the rows, where these came by another way than their operations."""

import time
from collections.abc import Callable, Mapping

from crm.appliance.contents import list_workspace_ids
from crm.clients.rebuilding import rebuild_client, rebuild_tag
from crm.config import Settings
from crm.conversations.searching import reindex_conversation, reindex_message
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.search_rebuilds import is_rebuilding, rebuild_some
from crm.db.transaction import Transaction
from crm.leads.leads import index_leads_of
from crm.leads.rebuilding import rebuild_lead

RUN_SECONDS = 3.0
PAUSE = 4
"""How long others may write after each step, as a multiple of its duration."""


def reindex_client(tx: Transaction, client_id: int) -> None:
    """With their leads, which are found by the client's name too."""
    rebuild_client(tx, client_id)
    index_leads_of(tx, client_id)


Rebuild = Callable[[Transaction, int], None]
REINDEX: Mapping[str, Rebuild] = {
    "clients": reindex_client,
    "leads": rebuild_lead,
    "conversations": reindex_conversation,
    "messages": reindex_message,
}
"""By table: for one record that came."""

REBUILDS: Mapping[str, Rebuild] = {
    "tags": rebuild_tag,
    "clients": rebuild_client,
    "leads": rebuild_lead,
    "conversations": reindex_conversation,
    "messages": reindex_message,
}
"""By table: for all rows, one after the other."""


def reindex_workspace(tx: Transaction) -> None:
    """All rows of the actor's workspace."""
    for table, rebuild in REBUILDS.items():
        for row in tx.all(f"SELECT id FROM {table} WHERE workspace_id = :workspace_id ORDER BY id"):
            rebuild(tx, row["id"])


def rebuild_searches(db: Database, _settings: Settings) -> bool:
    """What an upgrade left to do, in short steps; False when there is more."""
    ends = time.monotonic() + RUN_SECONDS
    actors = [Actor(workspace_id, None) for workspace_id in db.read(list_workspace_ids, SYSTEM)]
    return all(
        _rebuild(db, actor, table, rebuild, ends) for actor in actors for table, rebuild in REBUILDS.items()
    )


def _rebuild(db: Database, actor: Actor, table: str, rebuild: Rebuild, ends: float) -> bool:
    while db.read(is_rebuilding, actor, table):
        if time.monotonic() > ends:
            return False
        started = time.monotonic()
        db.write(rebuild_some, actor, table, rebuild)
        time.sleep(PAUSE * (time.monotonic() - started))
    return True
