"""The rows of a file in pieces: each is collected, and gone from here, in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from crm.campaigns.arriving import collect_rows
from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.db.transaction import Transaction

PIECE = 10_000


def keep_piece(tx: Transaction, file_id: int, number: int, rows: Sequence[PlatformRow]) -> None:
    tx.run(
        """
        INSERT INTO report_file_pieces (workspace_id, file_id, number, content)
        VALUES (:workspace_id, :file_id, :number, :content)
        """,
        file_id=file_id,
        number=number,
        content=orjson.dumps([_as_list(row) for row in rows]).decode(),
    )


def forget_pieces(tx: Transaction, file_id: int) -> None:
    tx.run(
        "DELETE FROM report_file_pieces WHERE workspace_id = :workspace_id AND file_id = :file_id",
        file_id=file_id,
    )


def take_piece(tx: Transaction, file_id: int) -> bool:
    """Collect the next piece of a file that is confirmed; False once none is left. Raises Invalid."""
    row = tx.one(
        """
        SELECT p.number, p.content, f.source
          FROM report_file_pieces p
          JOIN report_files f ON f.workspace_id = p.workspace_id AND f.id = p.file_id
         WHERE p.workspace_id = :workspace_id
           AND p.file_id = :file_id
           AND f.state = 'running'
         ORDER BY p.number
         LIMIT 1
        """,
        file_id=file_id,
    )
    if row is None:
        return False
    arrived = collect_rows(tx, row["source"], [_of_list(each) for each in orjson.loads(row["content"])])
    tx.run(
        """
        DELETE FROM report_file_pieces
         WHERE workspace_id = :workspace_id
           AND file_id = :file_id
           AND number = :number
        """,
        file_id=file_id,
        number=row["number"],
    )
    tx.run(
        """
        UPDATE report_files
           SET pieces_done = pieces_done + 1, new_rows = new_rows + :new,
               changed_rows = changed_rows + :changed, unchanged_rows = unchanged_rows + :unchanged,
               state = CASE WHEN pieces_done + 1 >= pieces THEN 'done' ELSE state END,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file_id,
        new=arrived.collected.new,
        changed=arrived.collected.changed,
        unchanged=arrived.collected.unchanged,
    )
    return True


def _as_list(row: PlatformRow) -> list[Any]:
    conversions = None if row.conversions is None else str(row.conversions)
    extras = {name: str(number) for name, number in row.extras.items()}
    return [
        row.day.isoformat(), row.campaign_id, row.campaign, row.currency, row.impressions, row.clicks,
        row.spend, conversions, row.conversion_value, extras,
        *(astuple(row.part) if row.part else ()),
    ]  # fmt: skip


def _of_list(kept: list[Any]) -> PlatformRow:
    day, campaign_id, campaign, currency, impressions, clicks, spend, conversions, value, extras = kept[:10]
    return PlatformRow(
        date.fromisoformat(day),
        campaign_id,
        campaign,
        currency,
        impressions,
        clicks,
        spend,
        None if conversions is None else Decimal(conversions),
        value,
        {name: Decimal(number) for name, number in extras.items()},
        AdPart(*kept[10:]) if kept[10:] else None,
    )
