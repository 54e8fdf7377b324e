"""The inbox: conversations newest first, with what each user has not read."""

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from crm.conversations.searching import search_conversations
from crm.conversations.thread.conversation import FROM, Conversation, conversation_columns, conversation_of
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Transaction
from crm.records.seen import only_seen

Box = Literal["open", "mine", "unassigned", "snoozed", "closed", "all"]

# Who was deactivated sees to nothing any more.
OF_NOBODY = """(v.assignee_id IS NULL
                OR EXISTS (SELECT 1
                             FROM users u
                            WHERE u.workspace_id = :workspace_id
                              AND u.id = v.assignee_id
                              AND u.disabled_at IS NOT NULL))"""
BOXES: dict[Box, str] = {
    "open": "v.status = 'active'",
    "mine": "v.status = 'active' AND v.assignee_id = :actor_id",
    "unassigned": f"v.status = 'active' AND {OF_NOBODY}",
    "snoozed": "v.status = 'snoozed'",
    "closed": "v.status = 'closed'",
    "all": "v.last_message_at IS NOT NULL",
}
COUNTED: tuple[Box, ...] = ("open", "mine", "unassigned", "snoozed")
COUNT_LIMIT = 1_000
MOST_UNREAD = 99


@dataclass(frozen=True, slots=True)
class InboxFilter:
    box: Box = "open"
    client_id: int | None = None
    lead_id: int | None = None
    q: str | None = None


CONDITIONS = {
    "client_id": "v.client_id = :client_id",
    "lead_id": """EXISTS (SELECT 1
                            FROM conversation_leads cl
                           WHERE cl.workspace_id = :workspace_id
                             AND cl.conversation_id = v.id
                             AND cl.lead_id = :lead_id)""",
    "q": "v.id IN (SELECT value FROM json_each(:found))",
}


def list_conversations(
    tx: Transaction, wanted: InboxFilter, *, limit: int, cursor: str | None = None
) -> Page[Conversation]:
    """By their last message, newest first. Raises Invalid naming `cursor`."""
    params: dict[str, Any] = {
        name: value
        for name in CONDITIONS
        if (value := getattr(wanted, name)) is not None and not _is_blank(value)
    }
    clauses = [BOXES[wanted.box], *(CONDITIONS[name] for name in params)]
    if "q" in params:
        params["found"] = orjson.dumps(sorted(search_conversations(tx, params.pop("q")))).decode()
    if cursor:
        params["before_at"], params["before_id"] = decode_cursor(cursor, (str, int))
        clauses.append("(v.last_message_at, v.id) < (:before_at, :before_id)")
    rows = tx.all(
        f"""
        SELECT {conversation_columns(tx)}
          FROM {FROM}
         WHERE v.workspace_id = :workspace_id
           AND {" AND ".join(clauses)}
           {only_seen(tx, "conversation", "v")}
         ORDER BY v.last_message_at DESC, v.id DESC
         LIMIT :limit
        """,
        limit=limit + 1,
        **params,
    )
    page = page_of(rows, limit, lambda row: [row["last_message_at"], row["id"]])
    return Page([conversation_of(tx, row) for row in page.rows], page.next)


def _is_blank(value: str | int) -> bool:
    return isinstance(value, str) and not value.strip()


def count_boxes(tx: Transaction) -> dict[str, int]:
    """How many conversations the boxes hold, each counted up to COUNT_LIMIT."""
    return {
        box: int(
            tx.value(
                f"""
                SELECT count(*)
                  FROM (SELECT 1
                          FROM conversations v
                         WHERE v.workspace_id = :workspace_id
                           AND {BOXES[box]}
                           {only_seen(tx, "conversation", "v")}
                         LIMIT :most) counted
                """,
                most=COUNT_LIMIT,
            )
        )
        for box in COUNTED
    }


def count_unread(tx: Transaction) -> int:
    """How many open conversations the asking user has not read to the end; MOST_UNREAD + 1 for any more."""
    return int(
        tx.value(
            f"""
            SELECT count(*)
              FROM (SELECT 1
                      FROM conversations v
                      LEFT JOIN conversation_reads r ON r.workspace_id = v.workspace_id
                                                    AND r.conversation_id = v.id
                                                    AND r.user_id = :actor_id
                      LEFT JOIN messages seen ON seen.workspace_id = v.workspace_id AND seen.id = r.message_id
                     WHERE v.workspace_id = :workspace_id
                       AND v.status = 'active'
                       {only_seen(tx, "conversation", "v")}
                       AND (EXISTS (SELECT 1
                                      FROM messages m
                                     WHERE m.workspace_id = :workspace_id
                                       AND m.conversation_id = v.id
                                       AND m.is_news = 1
                                       AND (m.placed_at, m.id) > (COALESCE(seen.placed_at, ''),
                                                                  COALESCE(seen.id, 0)))
                            OR EXISTS (SELECT 1
                                         FROM messages m
                                        WHERE m.workspace_id = :workspace_id
                                          AND m.conversation_id = v.id
                                          AND m.is_news = 1
                                          AND m.id > COALESCE(r.arrived_id, r.message_id)))
                     LIMIT :most) counted
            """,
            most=MOST_UNREAD + 1,
        )
    )


def pulse(tx: Transaction) -> int:
    """A number that grows with whatever happens in any conversation."""
    return int(
        tx.value("SELECT COALESCE(max(pulse), 0) FROM conversations WHERE workspace_id = :workspace_id")
    )
