"""The records that a rule of retention is about, walked in pieces along an index, the oldest first."""

from dataclasses import dataclass

from crm.db.transaction import Transaction

PIECE = 500
Position = tuple[str, int]
"""After which moment and id to go on."""
START: Position = ("", 0)


@dataclass(frozen=True)
class Due:
    """`since` is when the time of the rule began to run."""

    kind: str
    id: int
    name: str
    since: str


@dataclass(frozen=True, slots=True)
class Walk:
    """`sql` gives id, name, since, and whether the record is due, of so many rows after a place."""

    kind: str
    sql: str


LOST_LEADS = Walk(
    "lead",
    """
    SELECT l.id, l.title AS name, l.closed_at AS since, 1 AS due
      FROM leads l
     WHERE l.workspace_id = :workspace_id
       AND l.deleted_at IS NULL
       AND l.status = 'lost'
       AND l.closed_at IS NOT NULL
       AND l.closed_at < :before
       AND (l.closed_at, l.id) > (:since, :id)
     ORDER BY l.closed_at, l.id
     LIMIT :most
    """,
)
INACTIVE_CLIENTS = Walk(
    "client",
    """
    SELECT c.id, c.name, c.updated_at AS since,
           CASE WHEN COALESCE((SELECT a.created_at
                                 FROM activities a
                                WHERE a.workspace_id = :workspace_id
                                  AND a.subject = 'client'
                                  AND a.subject_id = c.id
                                ORDER BY a.seq DESC
                                LIMIT 1), '') < :before
                 AND NOT EXISTS (SELECT 1
                                   FROM leads l
                                  WHERE l.workspace_id = :workspace_id
                                    AND l.client_id = c.id
                                    AND l.deleted_at IS NULL
                                    AND (l.closed_at IS NULL
                                         OR l.touched_at >= :before
                                         OR l.updated_at >= :before))
                 AND NOT EXISTS (SELECT 1
                                   FROM tasks t
                                  WHERE t.workspace_id = :workspace_id
                                    AND t.subject = 'client'
                                    AND t.subject_id = c.id
                                    AND t.deleted_at IS NULL
                                    AND t.done_at IS NULL)
                 AND NOT EXISTS (SELECT 1
                                   FROM conversations v
                                  WHERE v.workspace_id = :workspace_id
                                    AND v.client_id = c.id
                                    AND v.last_message_at >= :before)
                 AND NOT EXISTS (SELECT 1
                                   FROM clients person
                                  WHERE person.workspace_id = :workspace_id
                                    AND person.company_id = c.id
                                    AND person.deleted_at IS NULL)
                THEN 1 ELSE 0 END AS due
      FROM clients c
     WHERE c.workspace_id = :workspace_id
       AND c.deleted_at IS NULL
       AND c.updated_at < :before
       AND (c.updated_at, c.id) > (:since, :id)
     ORDER BY c.updated_at, c.id
     LIMIT :most
    """,
)
DELETED_CLIENTS = Walk(
    "client",
    """
    SELECT c.id, c.name, c.deleted_at AS since,
           CASE WHEN NOT EXISTS (SELECT 1
                                   FROM client_merges merged
                                  WHERE merged.workspace_id = :workspace_id
                                    AND merged.loser_id = c.id
                                    AND merged.undone_at IS NULL)
                THEN 1 ELSE 0 END AS due
      FROM clients c
     WHERE c.workspace_id = :workspace_id
       AND c.deleted_at IS NOT NULL
       AND c.erased_at IS NULL
       AND c.deleted_at < :before
       AND (c.deleted_at, c.id) > (:since, :id)
     ORDER BY c.deleted_at, c.id
     LIMIT :most
    """,
)
DELETED_LEADS = Walk(
    "lead",
    """
    SELECT l.id, l.title AS name, l.deleted_at AS since, 1 AS due
      FROM leads l
     WHERE l.workspace_id = :workspace_id
       AND l.deleted_at IS NOT NULL
       AND l.erased_at IS NULL
       AND l.deleted_at < :before
       AND (l.deleted_at, l.id) > (:since, :id)
     ORDER BY l.deleted_at, l.id
     LIMIT :most
    """,
)
WALKS: dict[str, tuple[Walk, ...]] = {
    "lost_leads_days": (LOST_LEADS,),
    "inactive_clients_days": (INACTIVE_CLIENTS,),
    "trash_days": (DELETED_CLIENTS, DELETED_LEADS),
}


def next_due(
    tx: Transaction, walk: Walk, before: str, place: Position, most: int
) -> tuple[list[Due], Position | None]:
    """Up to `most` records that are due among the next 500, and where to go on; None at the end."""
    since, record_id = place
    rows = tx.all(walk.sql, before=before, since=since, id=record_id, most=PIECE)
    found: list[Due] = []
    for row in rows:
        if row["due"]:
            found.append(Due(walk.kind, row["id"], row["name"], row["since"]))
        if len(found) == most:
            return found, (row["since"], row["id"])
    return found, (rows[-1]["since"], rows[-1]["id"]) if len(rows) == PIECE else None
