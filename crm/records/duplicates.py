"""Finding records that share a value which only one should have."""

from collections.abc import Iterable, Sequence

from crm.db.transaction import Row, Transaction
from crm.db.values import SQLValue
from crm.errors import Conflict
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton

MOST = 5


def live_alike(
    tx: Transaction,
    kind: Skeleton,
    columns: Sequence[str],
    conditions: Sequence[str],
    *,
    besides: int = 0,
    **params: SQLValue,
) -> list[Row]:
    """`columns` of the first few visible live records that meet each condition, except `besides`.

    One statement for all conditions, each looked up along its own index; a record may come twice.
    """
    if not conditions:
        return []
    looked_up = (_alike(tx, kind, columns, condition, number) for number, condition in enumerate(conditions))
    return tx.all(" UNION ALL ".join(looked_up), **params, besides=besides, most=MOST)


def _alike(tx: Transaction, kind: Skeleton, columns: Sequence[str], condition: str, number: int) -> str:
    return f"""
        SELECT {", ".join(columns)}
          FROM (SELECT {", ".join(columns)}
                  FROM {kind.table} alike
                 WHERE workspace_id = :workspace_id
                   AND {condition}
                   AND deleted_at IS NULL
                   {only_seen(tx, kind.name, "alike")}
                   AND id <> :besides
                 ORDER BY id
                 LIMIT :most) alike_{number}
    """


def refuse_candidates(found: Iterable[Row], refusal: str) -> None:
    """Raises Conflict with the `candidates`, each once, if there are any."""
    by_id = {row["id"]: row for row in found}
    if by_id:
        raise Conflict(refusal, {"candidates": [by_id[number] for number in sorted(by_id)][:MOST]})
