"""The names that belong to ids, for pages that tell of several clients at once."""

from collections.abc import Iterable

from crm.db.transaction import Transaction


def name_clients(tx: Transaction, client_ids: Iterable[int]) -> dict[int, str]:
    """{id: name} of the workspace's clients, live or in the trash; unknown ids are left out."""
    wanted = {f"id_{place}": client_id for place, client_id in enumerate(sorted(set(client_ids)))}
    if not wanted:
        return {}
    rows = tx.all(
        f"""
        SELECT id, name
          FROM clients
         WHERE workspace_id = :workspace_id
           AND id IN ({", ".join(f":{name}" for name in wanted)})
        """,
        **wanted,
    )
    return {row["id"]: row["name"] for row in rows}
