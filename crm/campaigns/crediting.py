"""The campaign that a touch came by: by the platform's ids, by UTM values, by its source."""

from collections.abc import Callable, Mapping
from typing import Any

from crm.db.transaction import Transaction
from crm.fields import name_key

Keys = Mapping[str, str | None]
UTM = ("utm_source", "utm_medium", "utm_term", "utm_content")
WITH_UTM = "c.id, c.utm_source, c.utm_medium, c.utm_term, c.utm_content"


def find_campaign_of_touch(tx: Transaction, keys: Keys) -> tuple[int, str] | None:
    """A live one, and what told. Nothing is guessed where several fit alike."""
    for found_by, name, find in BY_IDS:
        key = keys.get(name)
        if key and (found := _only(find(tx, key))) is not None:
            return found, found_by
    campaign, source = keys.get("utm_campaign"), keys.get("utm_source")
    if campaign and (found := _by_utm(tx, campaign, keys)) is not None:
        return found, "utm"
    if source and (found := _only(_by_source(tx, source))) is not None:
        return found, "source"
    return None


def _by_id_of(table: str) -> Callable[[Transaction, str], list[int]]:
    """The live campaigns that a platform's id in `table` belongs to."""

    def find(tx: Transaction, key: str) -> list[int]:
        rows = tx.tuples(
            f"""
            SELECT DISTINCT c.id
              FROM {table} t
              JOIN campaigns c ON c.workspace_id = t.workspace_id AND c.id = t.campaign_id
             WHERE t.workspace_id = :workspace_id
               AND t.platform_id = :key
               AND c.deleted_at IS NULL
            """,
            key=key,
        )
        return [row[0] for row in rows]

    return find


BY_IDS = (
    ("ad", "ad_id", _by_id_of("ads")),
    ("ad_set", "ad_set_id", _by_id_of("ad_sets")),
    ("campaign", "ad_campaign_id", _by_id_of("campaign_platform_ids")),
)


def _by_utm(tx: Transaction, campaign: str, keys: Keys) -> int | None:
    """By the campaign's own UTM values, of which none may differ; else by its name."""
    rows = tx.tuples(
        f"""
        SELECT {WITH_UTM}
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND lower(c.utm_campaign) = lower(:campaign)
           AND c.deleted_at IS NULL
        """,
        campaign=campaign,
    )
    agreeing = {row[0]: _agreement(row[1:], keys) for row in rows}
    most = max(agreeing.values(), default=-1)
    best = [campaign_id for campaign_id, agreement in agreeing.items() if agreement == most >= 0]
    return _only(best or _by_name(tx, campaign))


def _agreement(values: tuple[Any, ...], keys: Keys) -> int:
    """How many of a campaign's UTM values the touch has, too; -1 where one differs."""
    agreed = 0
    for name, own in zip(UTM, values, strict=True):
        told = keys.get(name)
        if own is not None and told is not None:
            if own.lower() != told.lower():
                return -1
            agreed += 1
    return agreed


def _by_name(tx: Transaction, name: str) -> list[int]:
    rows = tx.tuples(
        """
        SELECT c.id
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.name_key = :name_key
           AND c.deleted_at IS NULL
        """,
        name_key=name_key(name),
    )
    return [row[0] for row in rows]


def find_campaign_called(tx: Transaction, name: str) -> int | None:
    """A live one of that name, however it is spelt."""
    return _only(_by_name(tx, name))


def _by_source(tx: Transaction, source: str) -> list[int]:
    """Of a flyer or a fair: a source that one campaign has, without a UTM campaign of its own."""
    rows = tx.tuples(
        """
        SELECT c.id
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND lower(c.utm_source) = lower(:source)
           AND c.utm_campaign IS NULL
           AND c.deleted_at IS NULL
        """,
        source=source,
    )
    return [row[0] for row in rows]


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None
