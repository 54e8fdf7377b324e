"""The rows and files of a real appliance against what its API answered."""

import hashlib
from collections import Counter
from pathlib import Path

from crm.db.grams import ID_BITS
from crm.db.transaction import Row, Transaction
from tests.support.torture.callers import Known


def read_rows(tx: Transaction) -> dict[str, Row]:
    """By the path of each record: what stands in its row, and what hangs on it."""
    entries = {
        f"/api/{row['entity']}s/{row['entity_id']}": row["entries"]
        for row in tx.all(
            "SELECT entity, entity_id, count(*) AS entries FROM activities GROUP BY entity, entity_id"
        )
    }
    rows = {row["path"]: row for row in tx.all(ROWS)}
    return {path: {**row, "entries": entries.get(path, 0)} for path, row in rows.items()}


ENTRIES = """
SELECT entity, entity_id, count(*) AS entries
  FROM activities
 GROUP BY entity, entity_id
"""
ROWS = f"""
SELECT '/api/clients/' || c.id AS path, c.name AS name, c.version AS version, c.deleted_at AS deleted_at,
       c.city AS detail, NULL AS stored_name,
       (SELECT count(*)
          FROM clients_search s
         WHERE s.rowid = ((c.workspace_id << {ID_BITS}) | c.id)) + (c.deleted_at IS NOT NULL) AS others
  FROM clients c
 UNION ALL
SELECT '/api/leads/' || l.id, l.title, l.version, l.deleted_at, l.stage_id, NULL,
       (SELECT count(*) FROM stage_stays s
         WHERE s.workspace_id = l.workspace_id AND s.lead_id = l.id AND s.left_at IS NULL)
  FROM leads l
 UNION ALL
SELECT '/api/files/' || f.id, f.name, f.version, f.deleted_at, f.sha256, f.stored_name, 1
  FROM files f
 UNION ALL
SELECT '/api/notes/' || n.id, n.text, n.version, n.deleted_at, n.subject_id, NULL, 1
  FROM notes n
 UNION ALL
SELECT '/api/tasks/' || t.id, t.title, t.version, t.deleted_at, t.subject_id, NULL, 1
  FROM tasks t
"""
DETAILS = {
    "clients": "city",
    "leads": "stage_id",
    "files": "sha256",
    "notes": "subject_id",
    "tasks": "subject_id",
}


def compare(known: list[Known], rows: dict[str, Row]) -> list[str]:
    """What is wrong: each row is known, as the API answered it, with a ledger entry for each version."""
    faults = [f"{path} was never answered" for path in rows.keys() - {record.path for record in known}]
    for record in known:
        row = rows.get(record.path)
        if row is None:
            faults.append(f"{record.path} was acknowledged and is missing")
        elif _as_answered(record) != (
            row["name"],
            row["version"],
            row["deleted_at"] is not None,
            row["detail"],
        ):
            faults.append(f"{record.path} was answered as {_as_answered(record)} and is {row}")
    for path, row in rows.items():
        if row["others"] != 1 or row["version"] != row["entries"]:
            faults.append(f"{path} is there in part: {row}")
    counts = Counter(row["name"] for row in rows.values())
    return faults + [f"{name} is there {count} times" for name, count in counts.items() if count > 1]


def _as_answered(record: Known) -> tuple[object, ...]:
    data = record.data
    name = data.get("name") or data.get("title") or data["text"]
    detail = DETAILS[record.path.split("/")[2]]
    return name, data["version"], data["deleted_at"] is not None, data[detail]


def damaged_files(rows: dict[str, Row], uploads: Path) -> list[str]:
    files = [(path, row) for path, row in rows.items() if row["stored_name"] is not None]
    return [
        f"{path}: its content is not what was acknowledged"
        for path, row in files
        if not (uploads / row["stored_name"]).exists()
        or hashlib.sha256((uploads / row["stored_name"]).read_bytes()).hexdigest() != row["detail"]
    ]
