"""What each platform calls a campaign: one live campaign for each id."""

from collections.abc import Mapping, Sequence

from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence

TWICE = Sentence("is given twice")


def find_campaign_by_platform_id(tx: Transaction, source: str, platform_id: str) -> int | None:
    """The id of the live campaign that the platform calls so."""
    found = tx.value(
        """
        SELECT c.id
          FROM campaign_platform_ids cp
          JOIN campaigns c ON c.workspace_id = cp.workspace_id AND c.id = cp.campaign_id
         WHERE cp.workspace_id = :workspace_id
           AND cp.source = :source
           AND cp.platform_id = :platform_id
           AND c.deleted_at IS NULL
        """,
        source=source,
        platform_id=platform_id,
    )
    return None if found is None else int(found)


def refuse_taken_ids(tx: Transaction, ids: Sequence[Mapping[str, str]], *, besides: int = 0) -> None:
    """Raises Invalid for one that is given twice, and Conflict for one of another live campaign."""
    seen = set()
    for place, each in enumerate(ids):
        key = each["source"], each["id"]
        if key in seen:
            raise Invalid.field(f"platform_ids.{place}.id", TWICE)
        seen.add(key)
        taken = find_campaign_by_platform_id(tx, *key)
        if taken is not None and taken != besides:
            raise Conflict.field(
                f"platform_ids.{place}.id",
                "A campaign with this platform id already exists.",
                Sentence("belongs to another campaign"),
                campaign_id=taken,
            )


def store_platform_ids(tx: Transaction, campaign_id: int, ids: Sequence[Mapping[str, str]]) -> None:
    sql = (
        "DELETE FROM campaign_platform_ids WHERE workspace_id = :workspace_id AND campaign_id = :campaign_id"
    )
    tx.run(sql, campaign_id=campaign_id)
    tx.run_many(
        """
        INSERT INTO campaign_platform_ids (workspace_id, campaign_id, source, platform_id)
        VALUES (:workspace_id, :campaign_id, :source, :platform_id)
        """,
        [{"campaign_id": campaign_id, "source": each["source"], "platform_id": each["id"]} for each in ids],
    )
