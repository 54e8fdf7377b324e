"""The names of records by their ids, for pages that mention several records."""

from collections.abc import Iterable

from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.records.seen import only_seen


def name_records(tx: Transaction, kind: Kind, ids: Iterable[int]) -> dict[int, str]:
    """{id: name} of the workspace's records, live or in the trash; unknown and unseen ids are left out."""
    wanted = {f"id_{place}": each for place, each in enumerate(sorted(set(ids)))}
    if not wanted or kind.known_by is None:
        return {}
    rows = tx.all(
        f"""
        SELECT named.id, named.{kind.known_by} AS name
          FROM {kind.table} named
         WHERE named.workspace_id = :workspace_id
           {only_seen(tx, kind.name, "named")}
           AND named.id IN ({", ".join(f":{name}" for name in wanted)})
        """,
        **wanted,
    )
    return {row["id"]: row["name"] for row in rows}
