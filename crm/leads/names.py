"""The names that belong to ids, for pages that tell of several leads at once."""

from collections.abc import Iterable

from crm.db.transaction import Transaction


def name_leads(tx: Transaction, lead_ids: Iterable[int]) -> dict[int, str]:
    """{id: title} of the workspace's leads, live or in the trash; unknown ids are left out."""
    return _titles(tx, "leads", lead_ids)


def name_tasks(tx: Transaction, task_ids: Iterable[int]) -> dict[int, str]:
    """{id: title}, like name_leads."""
    return _titles(tx, "tasks", task_ids)


def name_stages(tx: Transaction) -> dict[int, str]:
    """{id: name} of all stages that there ever were: they are few."""
    rows = tx.all("SELECT id, name FROM stages WHERE workspace_id = :workspace_id")
    return {row["id"]: row["name"] for row in rows}


def name_pipelines(tx: Transaction) -> dict[int, str]:
    rows = tx.all("SELECT id, name FROM pipelines WHERE workspace_id = :workspace_id")
    return {row["id"]: row["name"] for row in rows}


def _titles(tx: Transaction, table: str, ids: Iterable[int]) -> dict[int, str]:
    wanted = {f"id_{place}": each for place, each in enumerate(sorted(set(ids)))}
    if not wanted:
        return {}
    rows = tx.all(
        f"""
        SELECT id, title
          FROM {table}
         WHERE workspace_id = :workspace_id
           AND id IN ({", ".join(f":{name}" for name in wanted)})
        """,
        **wanted,
    )
    return {row["id"]: row["title"] for row in rows}
