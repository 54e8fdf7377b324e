"""How many changes an installation has, and whether one machine carries them."""

from collections import Counter

from crm.appliance.contents import list_workspace_ids
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.transaction import Transaction
from crm.kinds import open_database

LATEST = 20_000
"""Entries of each workspace that are looked at."""
HOUR = len("2026-11-28T14")
ONE_BOX = 50
"""Changes a second, over a whole hour, that one machine surely carries."""


def describe_load(settings: Settings) -> str:
    """A sentence for who thinks of more than one machine."""
    db = open_database(settings)
    try:
        hours: Counter[str] = Counter()
        for workspace in db.read(list_workspace_ids, SYSTEM):
            hours.update(db.read(_hours_of_changes, Actor(workspace, None)))
    finally:
        db.close()
    busiest = max(hours.values(), default=0)
    if busiest / 3600 <= ONE_BOX:
        return (
            f"The busiest hour had {busiest} changes: your load fits one box. A server pays where a machine "
            "may fail, not for speed."
        )
    return f"The busiest hour had {busiest} changes: a server pays for that load."


def _hours_of_changes(tx: Transaction) -> list[str]:
    rows = tx.all(
        """
        SELECT created_at
          FROM activities
         WHERE workspace_id = :workspace_id
         ORDER BY seq DESC
         LIMIT :latest
        """,
        latest=LATEST,
    )
    return [str(row["created_at"])[:HOUR] for row in rows]
