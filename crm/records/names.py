"""The names of records by their ids, for pages that mention several records."""

from collections.abc import Iterable

from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.records.seen import only_seen

AT_ONCE = 500


def name_records(tx: Transaction, kind: Kind, ids: Iterable[int]) -> dict[int, str]:
    """{id: name} of the workspace's records, live or in the trash; unknown and unseen ids are left out."""
    wanted = sorted(set(ids)) if kind.known_by is not None else []
    found: dict[int, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        found |= _name_some(tx, kind, wanted[start : start + AT_ONCE])
    return found


def _name_some(tx: Transaction, kind: Kind, ids: list[int]) -> dict[int, str]:
    wanted = {f"id_{place}": each for place, each in enumerate(ids)}
    rows = tx.all(
        f"""
        SELECT named.id, named.{kind.known_by} AS name
          FROM {kind.table} named
         WHERE +named.workspace_id = :workspace_id
           {only_seen(tx, kind.name, "named")}
           AND named.id IN ({", ".join(f":{name}" for name in wanted)})
        """,
        **wanted,
    )
    return {row["id"]: row["name"] for row in rows}
