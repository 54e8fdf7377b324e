"""Search in the inbox: by customer, by client, and by the words of messages."""

from crm.clients.filters import CLIENTS
from crm.clients.phones import digits_meant
from crm.db.folding import fold, sought_in
from crm.db.fulltext import forget_texts, index_texts
from crm.db.search_query import Query, holds, parse_query
from crm.db.search_rebuilds import is_rebuilding
from crm.db.transaction import Transaction
from crm.records.passages import index_passage, texts_of
from crm.records.searched_text import Passages

PEOPLE, MESSAGES = "conversations_search", "messages_search"
MOST_CONVERSATIONS = 1_000
MOST_CANDIDATES = 2_000
TEXTS_OF_MESSAGES = Passages(
    "p.body",
    "p.revoked_at IS NULL AND p.kind <> 'reaction'",
    subject="conversation",
    subject_id="p.conversation_id",
    name="""(SELECT COALESCE((SELECT c.name FROM clients c
                               WHERE c.workspace_id = :workspace_id AND c.id = v.client_id), v.name, v.phone)
               FROM conversations v
              WHERE v.workspace_id = :workspace_id
                AND v.id = p.conversation_id)""",
)


def index_conversation(tx: Transaction, conversation_id: int) -> None:
    """By what the person calls themselves and by their number; it writes where that is new."""
    row = tx.one(
        """
        SELECT name, phone, sought, joined
          FROM conversations
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
    )
    if row is None:
        return
    name = row["name"] or ""
    found = sought_in(name)
    sought = " ".join(part for part in (fold(name), (row["phone"] or "")[1:], found.words) if part)
    if (sought, found.joined) == (row["sought"], row["joined"]):
        return
    tx.run(
        """
        UPDATE conversations
           SET sought = :sought, joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        sought=sought,
        joined=found.joined,
    )
    forget_texts(tx, PEOPLE, conversation_id)
    index_texts(tx, PEOPLE, conversation_id, sought, found.joined)


def reindex_conversation(tx: Transaction, conversation_id: int) -> None:
    """Even if the row has one already, as an imported one does."""
    tx.run(
        """
        UPDATE conversations
           SET sought = '', joined = ''
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
    )
    forget_texts(tx, PEOPLE, conversation_id)
    index_conversation(tx, conversation_id)


def index_message(tx: Transaction, message_id: int, kind: str, body: str) -> None:
    """A new one, in the transaction that stores it."""
    if kind != "reaction":
        index_passage(tx, MESSAGES, message_id, body)


def reindex_message(tx: Transaction, message_id: int) -> None:
    """By its present text; a message deleted by its writer is no longer found."""
    forget_texts(tx, MESSAGES, message_id)
    row = tx.one(
        """
        SELECT kind, body
          FROM messages
         WHERE workspace_id = :workspace_id
           AND id = :message_id
           AND revoked_at IS NULL
        """,
        message_id=message_id,
    )
    if row is not None:
        index_message(tx, message_id, row["kind"], row["body"])


def search_conversations(tx: Transaction, text: str) -> set[int]:
    """The ids of those whose person, client or messages have what was typed: at most some thousand.

    Of many messages the newest are looked at.
    """
    query = parse_query(text, digits_meant(tx, text))
    if query is None:
        return set()
    found = _by_person(tx, query) | _by_client(tx, query) | _by_message(tx, query)
    return found | _in_old_form(tx, text) if is_rebuilding(tx, "conversations") else found


def _by_person(tx: Transaction, query: Query) -> set[int]:
    hits = tx.dialect.hits(query, "conversations", "v")
    checks, params = tx.dialect.holds(query, "v.sought", "v.joined")
    rows = tx.tuples(
        f"""
        SELECT v.id
          FROM {hits.source}
         WHERE {hits.where}
           AND {checks}
         ORDER BY {hits.newest}
         LIMIT :most
        """,
        most=MOST_CONVERSATIONS,
        **hits.params,
        **params,
    )
    return {int(row[0]) for row in rows}


def _by_client(tx: Transaction, query: Query) -> set[int]:
    hits = tx.dialect.hits(query, "clients", "c")
    checks, params = tx.dialect.holds(query, CLIENTS.texts, CLIENTS.joined)
    rows = tx.tuples(
        f"""
        SELECT v.id
          FROM conversations v
         WHERE v.workspace_id = :workspace_id
           AND v.client_id IN (SELECT c.id
                                 FROM {hits.source}
                                WHERE {hits.where}
                                  AND {checks}
                                  AND EXISTS (SELECT 1
                                                FROM conversations own
                                               WHERE own.workspace_id = :workspace_id
                                                 AND own.client_id = c.id)
                                ORDER BY {hits.newest}
                                LIMIT :most)
         LIMIT :most
        """,
        most=MOST_CONVERSATIONS,
        **hits.params,
        **params,
    )
    return {int(row[0]) for row in rows}


def _by_message(tx: Transaction, query: Query) -> set[int]:
    """The texts of messages are stored once, as they were written: what is found is looked at here."""
    hits = tx.dialect.hits(query, "messages", "m")
    rows = tx.tuples(
        f"""
        SELECT m.conversation_id, m.body
          FROM {hits.source}
         WHERE {hits.where}
         ORDER BY {hits.newest}
         LIMIT :most
        """,
        most=MOST_CANDIDATES,
        **hits.params,
    )
    found: set[int] = set()
    for conversation_id, body in rows:
        if conversation_id not in found:
            folded, words, joined = texts_of(body)
            if holds(query, f"{folded} {words}", joined):
                found.add(int(conversation_id))
    return found


def _in_old_form(tx: Transaction, text: str) -> set[int]:
    """Those that an upgrade has not come to yet, as they were found before."""
    part = text.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    rows = tx.tuples(
        """
        SELECT id
          FROM conversations
         WHERE workspace_id = :workspace_id
           AND sought = ''
           AND (lower(name) LIKE lower(:part) ESCAPE '\\' OR lower(phone) LIKE lower(:part) ESCAPE '\\')
         ORDER BY id DESC
         LIMIT :most
        """,
        part=f"%{part}%",
        most=MOST_CONVERSATIONS,
    )
    return {int(row[0]) for row in rows}
