"""Leads of the bench: made by SQL, as a million of them would take long one by one, and how they are read."""

from datetime import timedelta
from pathlib import Path

import apsw

from crm import clock
from crm.db.sqlite.engine import open_writer

PAST = timedelta(days=700)
BOARD_LEADS = 12_500
BOARD_PATHS = {
    "plain": ("/api/pipelines/1/board",),
    "filtered": (
        "/api/pipelines/1/board?owner_id=1",
        "/api/pipelines/1/board?type=order",
        "/api/pipelines/1/board?value_from=100000",
        "/api/pipelines/1/board?closes_to=2026-01-01&status=open",
    ),
}
LEAD_PATHS = (
    "/api/leads",
    "/api/leads?status=open",
    "/api/leads?type=order",
    "/api/leads?owner_id=1&sort=-value",
    "/api/leads?sort=title",
    "/api/leads?sort=expected_close&status=open",
    "/api/leads?stage_id=2",
)


def fill_with_leads(database: Path, count: int) -> None:
    """Into a workspace that has none: four fifths of them open, for the clients that are there."""
    connection = open_writer(database)
    try:
        [(some,)] = connection.execute("SELECT EXISTS (SELECT 1 FROM leads)")
        if not some:
            connection.execute("BEGIN IMMEDIATE")
            values = _values(connection, count)
            for sql in (INSERT_LEADS, INSERT_STAYS, INSERT_TAGS):
                connection.execute(sql, values)
            connection.execute("COMMIT")
    finally:
        connection.close()


def _values(connection: apsw.Connection, count: int) -> dict[str, int | str]:
    [(clients,)] = connection.execute("SELECT max(id) FROM clients")
    return {
        "count": count,
        "clients": int(str(clients)),
        "start": (clock.now() - PAST).strftime("%Y-%m-%d"),
        "seconds": int(PAST.total_seconds()),
        "today": clock.now().toordinal(),
        "days": PAST.days,
    }


INSERT_LEADS = """
WITH RECURSIVE
numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count),
places (kind, place, pipeline_id, stage_id, of) AS (
    SELECT kind, row_number() OVER (PARTITION BY kind ORDER BY rank) - 1, pipeline_id, id,
           count(*) OVER (PARTITION BY kind)
      FROM stages
     WHERE pipeline_id = 1),
made AS (
    SELECT n, n * 7919 % 100003 AS chance,
           CASE WHEN n % 5 < 4 THEN 'open' WHEN n % 2 THEN 'won' ELSE 'lost' END AS kind,
           strftime('%Y-%m-%dT%H:%M:%fZ', :start, (n * :seconds / :count) || ' seconds') AS at
      FROM numbers),
titled AS (
    SELECT m.*, CASE m.chance % 7 WHEN 0 THEN 'Ремонт офиса' WHEN 1 THEN 'Spring order'
                WHEN 2 THEN 'Großauftrag' WHEN 3 THEN 'Catering contract' WHEN 4 THEN 'Zamówienie hurtowe'
                WHEN 5 THEN '年間契約' ELSE 'Website and shop' END || ' ' || m.n AS title
      FROM made m)
INSERT INTO leads (workspace_id, title, title_key, value_minor, currency, client_id, pipeline_id, stage_id,
                   rank, owner_id, source, expected_close, type, status, stage_since, closed_at, touched_at,
                   touched_day, created_at, updated_at)
SELECT 1, t.title, lower(t.title), t.chance % 50000 * 100000, 'EUR', 1 + t.chance * 31 % :clients,
       p.pipeline_id, p.stage_id, printf('i%07d', t.n), CASE WHEN t.chance % 3 THEN 1 END,
       CASE t.chance % 4 WHEN 0 THEN 'website' WHEN 1 THEN 'fair' WHEN 2 THEN 'referral' END,
       CASE WHEN t.chance % 2 THEN substr(t.at, 1, 10) END,
       CASE t.chance % 6 WHEN 0 THEN 'support' WHEN 1 THEN 'other' WHEN 2 THEN 'inquiry' ELSE 'order' END,
       CASE t.kind WHEN 'open' THEN 'in_progress' ELSE t.kind END, t.at,
       CASE t.kind WHEN 'open' THEN NULL ELSE t.at END, t.at,
       :today - :days + t.n * :days / :count, t.at, t.at
  FROM titled t
 CROSS JOIN places p ON p.kind = t.kind AND p.place = t.chance % p.of
 ORDER BY t.n
"""
INSERT_STAYS = """
INSERT INTO stage_stays (workspace_id, lead_id, stage_id, entered_at)
SELECT workspace_id, id, stage_id, stage_since FROM leads
"""
INSERT_TAGS = """
INSERT INTO record_tags (workspace_id, tag_id, subject, subject_id)
SELECT l.workspace_id, t.id, 'lead', l.id
  FROM leads l
  JOIN tags t ON t.id = 1 + l.id % (SELECT max(id) FROM tags)
 WHERE l.id % 3 = 0
"""
