"""What hangs on the records of a skewed workspace, as unevenly: tasks, files, entries, conversations.

Three in ten hang on one client. The `old` files hang on a client in the trash, the `tail` of files is in the
trash itself; the `old` entries are for admins alone. The `tail` and the `old` entries are an operation each.
"""

from dataclasses import dataclass

from crm.activity.operations import measure_anew
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.grams import ID_BITS, grams_of
from crm.db.transaction import Transaction
from tests.support.skewed import CHUNK, CREATED, OWNERS, SHARES, UPDATED, Skewed, by_share, rows_of

ENTITIES = {"tail": "note", "old": "token", "rare": "file", "most": "client"}
OWNER = f"""(SELECT u.id FROM users u
              WHERE u.workspace_id = :workspace_id AND u.name_key = {by_share(OWNERS)})"""
NOT_OLD = f"CASE WHEN share <> 'old' THEN {OWNER} END"
TASKS = f"""
    INSERT INTO tasks (id, workspace_id, subject, subject_id, title, due_at, due_day, assignee_id, done_at,
                       created_at, updated_at)
    {{rows}}
    SELECT n, :workspace_id, {by_share({"tail": "client", "old": "lead", "most": "client"})},
           CASE share WHEN 'tail' THEN 1 WHEN 'old' THEN n WHEN 'most' THEN n END, share || ' ' || place,
           CASE WHEN share <> 'old' THEN {UPDATED} END,
           CASE WHEN share <> 'old' AND n % 3 = 0 THEN substr({UPDATED}, 1, 10) END,
           {NOT_OLD}, CASE WHEN share IN ('tail', 'old') THEN {UPDATED} END, {CREATED}, {UPDATED}
      FROM shared"""
FILES = f"""
    INSERT INTO files (id, workspace_id, subject, subject_id, purpose, name, media_type, size, sha256,
                       stored_name, uploaded_by, created_at, updated_at, deleted_at, purged_at)
    {{rows}}
    SELECT n, :workspace_id, 'client', CASE share WHEN 'tail' THEN 1 WHEN 'old' THEN :gone ELSE n END,
           'attachment', share || '.pdf', 'application/pdf', 9, '',
           printf('1/%02x/%02x%030x', n % 256, n % 256, n),
           {OWNER}, {CREATED}, {UPDATED}, CASE WHEN share = 'tail' THEN {UPDATED} END,
           CASE WHEN share = 'tail' AND n > :high - 3 THEN {UPDATED} END
      FROM shared"""
ENTRIES = f"""
    INSERT INTO activities (id, workspace_id, seq, action, entity, entity_id, subject, subject_id, actor_id,
                            request_id, created_at, content_hash, previous_hash, hash)
    {{rows}}
    SELECT :first_id + n, :workspace_id, :first_seq + n, {by_share(ENTITIES)} || '.created',
           {by_share(ENTITIES)}, n,
           CASE WHEN share = 'old' THEN 'user' ELSE 'client' END,
           CASE WHEN share IN ('tail', 'old') THEN 1 ELSE n END, {OWNER}, '', {CREATED}, '', '', ''
      FROM shared"""
CONTENTS = """
    INSERT INTO activity_contents (activity_id, workspace_id)
    {rows}
    SELECT :first_id + n, :workspace_id FROM shared"""
IN_OPERATIONS = """
    INSERT INTO operation_entries (activity_id, workspace_id, operation_id)
    {rows}
    SELECT :first_id + n, :workspace_id, o.id
      FROM shared
      JOIN operations o ON o.workspace_id = :workspace_id
                       AND o.id = CASE share WHEN 'tail' THEN :tail WHEN 'old' THEN :old END"""
CONVERSATIONS = f"""
    INSERT INTO conversations (id, workspace_id, medium, phone, phone_key, name, client_id, status,
                               assignee_id, snoozed_until, last_message_at, pulse, created_at, updated_at)
    {{rows}}
    SELECT n, :workspace_id, 'whatsapp', '+49' || (10000000 + place), '+49' || (10000000 + place), share,
           CASE share WHEN 'tail' THEN 1 WHEN 'most' THEN n END,
           {by_share({"tail": "closed", "old": "snoozed"}, "'active'")},
           CASE WHEN share = 'rare' THEN :actor_id ELSE {NOT_OLD} END,
           CASE WHEN share = 'old' THEN '2030-01-01T00:00:00.000Z' END, {UPDATED}, n, {CREATED}, {UPDATED}
      FROM shared"""
OF_LEADS = """
    INSERT INTO conversation_leads (workspace_id, conversation_id, lead_id, is_current, created_at)
    {rows}
    SELECT :workspace_id, n, CASE share WHEN 'tail' THEN 1 ELSE 2 END, 0, ''
      FROM shared WHERE share IN ('tail', 'rare')"""
FOUND = f"""
    INSERT INTO conversations_search (rowid, grams)
    {{rows}}
    SELECT (:workspace_id << {ID_BITS}) | n, :grams FROM shared WHERE share = :share"""


@dataclass(frozen=True, slots=True)
class Work:
    """The ids of the two operations."""

    tail: int
    old: int


def fill_work(db: Database, skewed: Skewed) -> Work:
    """As many of each as there are clients, in chunks."""
    who, rows = skewed.who, skewed.rows
    given = db.write(_begin, who)
    for low in range(1, rows + 1, CHUNK):
        db.write(_fill, who, rows, low, min(low + CHUNK - 1, rows), given)
    db.write(measure_anew, who)
    return Work(given["tail"], given["old"])


def _begin(tx: Transaction) -> dict[str, int]:
    operations = {
        share: tx.insert(
            """
            INSERT INTO operations (workspace_id, actor_id, created_at)
            VALUES (:workspace_id, :actor_id, :now)
            RETURNING id
            """
        )
        for share in ("tail", "old")
    }
    gone = tx.insert(
        """
        INSERT INTO clients (workspace_id, kind, name, name_key, status, sought, joined, created_at,
                             updated_at, deleted_at)
        VALUES (:workspace_id, 'person', 'gone', 'gone', 'active', '', '', :now, :now, :now)
        RETURNING id
        """
    )
    system = tx.acting_as(Actor(None, None))
    last_id = int(system.value("SELECT max(id) FROM activities"))
    last_seq = "SELECT COALESCE(max(seq), 0) FROM activities WHERE workspace_id = :workspace_id"
    return {**operations, "gone": gone, "first_id": last_id, "first_seq": int(tx.value(last_seq))}


def _fill(tx: Transaction, count: int, low: int, high: int, given: dict[str, int]) -> None:
    rows = rows_of(count)
    for sql in (TASKS, FILES, ENTRIES, CONTENTS, IN_OPERATIONS, CONVERSATIONS, OF_LEADS):
        named = {name: value for name, value in given.items() if f":{name}" in sql}
        tx.run(sql.format(rows=rows), low=low, high=high, **named)
    for share in SHARES:
        tx.run(FOUND.format(rows=rows), share=share, grams=grams_of(share), low=low, high=high)
