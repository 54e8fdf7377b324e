"""Tasks of the bench, made by SQL."""

from pathlib import Path

from crm.db.sqlite.engine import open_writer

NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
MOMENT = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (:count - n) || ' seconds')"
INSERT_TASKS = f"""
{NUMBERS}
INSERT INTO tasks (workspace_id, subject, subject_id, title, due_at, assignee_id, done_at, done_by,
                   created_at, updated_at)
SELECT 1, CASE WHEN n % 3 THEN 'client' END, CASE WHEN n % 3 THEN 1 + n * 31 % :clients END,
       'Call back ' || n,
       CASE WHEN n % 5 THEN strftime('%Y-%m-%dT%H:00:00.000Z', 'now', (n % 700 - 600) || ' days') END,
       CASE WHEN n % 2 THEN 1 END, CASE WHEN n % 10 < 8 THEN {MOMENT} END, CASE WHEN n % 10 < 8 THEN 1 END,
       {MOMENT}, {MOMENT}
  FROM numbers
"""


def fill_with_tasks(database: Path, count: int) -> None:
    """Into a workspace that was not filled with them before, for the clients that are there."""
    connection = open_writer(database)
    try:
        [(filled,)] = connection.execute("SELECT count(*) >= ? FROM tasks", (count,))
        if not filled:
            [(clients,)] = connection.execute("SELECT max(id) FROM clients")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(INSERT_TASKS, {"count": count, "clients": clients})
            connection.execute("COMMIT")
    finally:
        connection.close()
