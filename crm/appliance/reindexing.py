"""Rebuilding the search indexes from the rows, after an import or a restore."""

import time

from crm.appliance.contents import list_workspace_ids
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.search_rebuilds import is_rebuilding, rebuild_some
from crm.db.transaction import Transaction
from crm.records.kind import OnRecord
from crm.records.kinds import follow_renaming, kinds_of

RUN_SECONDS = 3.0
PAUSE = 4
"""How long others may write after each step, as a multiple of its duration."""


def reindex_record(tx: Transaction, table: str, record_id: int) -> None:
    """One that came, with the records that are found by its name too."""
    for kind in kinds_of(tx):
        if kind.table == table and kind.search is not None:
            kind.search.rebuild(tx, record_id)
            follow_renaming(tx, kind.name, record_id)


def reindex_workspace(tx: Transaction) -> None:
    """All rows of the actor's workspace."""
    for kind in kinds_of(tx):
        if kind.search is not None:
            for row in tx.all(f"SELECT id FROM {kind.table} WHERE workspace_id = :workspace_id ORDER BY id"):
                kind.search.rebuild(tx, row["id"])


def rebuild_searches(db: Database, _settings: Settings) -> bool:
    """Rebuild what an upgrade left, in short steps; False if there is more."""
    ends = time.monotonic() + RUN_SECONDS
    actors = [Actor(workspace_id, None) for workspace_id in db.read(list_workspace_ids, SYSTEM)]
    kinds = db.read(kinds_of, SYSTEM)
    return all(
        _rebuild(db, actor, kind.table, kind.search.rebuild, ends)
        for actor in actors
        for kind in kinds
        if kind.search is not None
    )


def _rebuild(db: Database, actor: Actor, table: str, rebuild: OnRecord, ends: float) -> bool:
    while db.read(is_rebuilding, actor, table):
        if time.monotonic() > ends:
            return False
        started = time.monotonic()
        db.write(rebuild_some, actor, table, rebuild)
        time.sleep(PAUSE * (time.monotonic() - started))
    return True
