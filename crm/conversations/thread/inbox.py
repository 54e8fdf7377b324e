"""The inbox: conversations newest first, with what each user has not read."""

from dataclasses import dataclass, replace
from typing import Literal

from crm.conversations.searching import search_conversations
from crm.conversations.thread.conversation import (
    JOINS,
    NAMES,
    Conversation,
    conversation_columns,
    conversation_of,
)
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Condition, Ids, Listed, ListRow, Looked, Order, Part, Sort
from crm.db.list_plan import read_rows
from crm.db.transaction import Transaction
from crm.db.values import Params
from crm.records.seen import only_seen, seen_parts

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


NEWEST = Order("recent", descending=True)
CONVERSATIONS = Listed(
    table="conversations",
    alias="v",
    shown="v.id",
    sorts={"recent": Sort(("v.last_message_at", "v.id"), (str, int))},
    joins=JOINS,
    among="v.erased_at IS NULL",
    paired=frozenset({("status", "recent"), ("mine", "recent"), ("client", "recent")}),
)
MOST_OF_LEAD = 2_000


def list_conversations(
    tx: Transaction, wanted: InboxFilter, *, limit: int, cursor: str | None = None
) -> Page[Conversation]:
    """By their last message, newest first. Raises Invalid naming `cursor`."""
    listed, parts = replace(CONVERSATIONS, shown=conversation_columns(tx)), _parts(tx, wanted)

    def fetch(place: PageStart) -> Looked[ListRow]:
        way = NEWEST.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, limit=limit + 1)

    own = len(NAMES)
    page = read_page(fetch, cursor, CONVERSATIONS.sorts["recent"].shape, limit, lambda row: row[own:])
    found = [dict(zip(NAMES, row[:own], strict=True)) for row in page.rows]
    return Page([conversation_of(tx, row) for row in found], page.next)


def _parts(tx: Transaction, wanted: InboxFilter) -> list[Part]:
    """The filters that are set, the most selective first."""
    parts: list[Part] = []
    if wanted.q is not None and wanted.q.strip():
        parts.append(Ids("found", sorted(search_conversations(tx, wanted.q))))
    if wanted.lead_id is not None:
        parts.append(Ids("of_lead", _of_lead(tx, wanted.lead_id)))
    if wanted.client_id is not None:
        client: Params = {"client_id": wanted.client_id}
        parts.append(
            Condition("v.client_id = :client_id", client, column="v.client_id", name="client", by_id=False)
        )
    return [*parts, *_of_box(wanted.box), *seen_parts(tx, "conversation", "v")]


def _of_box(box: Box) -> list[Part]:
    """A box is defined by the status and the assignee."""
    if box == "all":
        return []
    if box == "mine":
        mine = "v.assignee_id = :actor_id AND v.status = 'active'"
        return [Condition(mine, column="v.assignee_id", name="mine", by_id=False)]
    if box == "unassigned":
        return [*_of_box("open"), Condition(OF_NOBODY, drives=False)]
    return [Condition(BOXES[box], column="v.status", name="status", by_id=False)]


def _of_lead(tx: Transaction, lead_id: int) -> list[int]:
    """The latest that are about a lead: more than a few come of no real work."""
    rows = tx.tuples(
        """
        SELECT conversation_id
          FROM conversation_leads
         WHERE workspace_id = :workspace_id
           AND lead_id = :lead_id
         ORDER BY conversation_id DESC
         LIMIT :most
        """,
        lead_id=lead_id,
        most=MOST_OF_LEAD,
    )
    return [int(row[0]) for row in rows]


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
    """A number that grows with every change of any conversation."""
    return int(
        tx.value("SELECT COALESCE(max(pulse), 0) FROM conversations WHERE workspace_id = :workspace_id")
    )
