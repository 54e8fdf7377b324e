"""Campaigns to choose from, in a form of another record."""

from typing import Literal

from crm.db.transaction import Transaction
from crm.records.seen import only_seen

MOST_CHOICES = 200


def campaign_choices(tx: Transaction, *, held: int | None = None) -> list[tuple[int, str]]:
    """Id and name: those that changed last, and the one that is `held`, by name."""
    rows = tx.tuples(
        f"""
        SELECT c.id, c.name, c.name_order
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
           {only_seen(tx, "campaign", "c")}
         ORDER BY c.updated_at DESC
         LIMIT :most
        """,
        most=MOST_CHOICES,
    )
    if held is not None and held not in {row[0] for row in rows}:
        rows += chosen_campaign(tx, held)
    return [(row[0], row[1]) for row in sorted(rows, key=lambda row: row[2])]


def chosen_campaign(tx: Transaction, campaign_id: int) -> list[tuple[int, str, str]]:
    """Id, name and place in the order; empty for none."""
    rows = tx.tuples(
        f"""
        SELECT c.id, c.name, c.name_order
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.id = :campaign_id
           {only_seen(tx, "campaign", "c")}
        """,
        campaign_id=campaign_id,
    )
    return [(row[0], row[1], row[2]) for row in rows]


def name_of_ad(tx: Transaction, table: Literal["ads", "ad_sets"], row_id: int) -> str:
    """Empty for none."""
    found = tx.value(
        f"""
        SELECT t.name
          FROM {table} t
         WHERE t.workspace_id = :workspace_id
           AND t.id = :row_id
        """,
        row_id=row_id,
    )
    return str(found or "")
