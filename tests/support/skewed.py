"""A workspace with as many clients and leads as one likes, none of whose values are spread evenly.

Three in ten are of the `tail`: they come last in every order but that of creation, where the `old` ones do,
the first fifth. Ten are `rare`. Of everything else there is `most`.
"""

from dataclasses import dataclass
from typing import Any

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.grams import ID_BITS, grams_of
from crm.db.transaction import Transaction
from tests.support.cast import Cast, insert_user
from tests.support.leads import Stages

CHUNK = 5_000
SHARES = ("tail", "old", "rare", "most")
STATUSES = {"tail": "inactive", "old": "prospect", "rare": "prospect", "most": "active"}
COUNTRIES = {"tail": "CN", "old": "FR", "rare": "PL", "most": "DE"}
LEAD_STATUSES = {"tail": "won", "old": "lost", "rare": "waiting", "most": "new"}
OWNERS = {"tail": "zeta", "old": "mu", "rare": "xi", "most": "beta"}


@dataclass(frozen=True, slots=True)
class Skewed:
    """`tags` and `owners` are ids by share; whoever is `most` has no owner among the leads."""

    who: Actor
    rows: int
    tags: dict[str, int]
    owners: dict[str, int]


def by_share(values: dict[str, str], otherwise: str = "NULL") -> str:
    """The SQL of a value for each share of the rows."""
    cases = " ".join(f"WHEN '{share}' THEN '{value}'" for share, value in values.items())
    return f"CASE share {cases} ELSE {otherwise} END"


def rows_of(count: int) -> str:
    """`n` from `low` to `high`, its `share`, and its `place`: no two are alike, nor in the order of `n`."""
    return f"""
        WITH RECURSIVE counted (n) AS (
            SELECT :low UNION ALL SELECT n + 1 FROM counted WHERE n < :high
        ), shared (n, place, share) AS (
            SELECT n, n * 7919 % 10000019,
                   CASE WHEN n % {max(count // 10, 1)} = 7 THEN 'rare' WHEN n <= {count // 5} THEN 'old'
                        WHEN n % 10 < 3 THEN 'tail' ELSE 'most' END
              FROM counted
        )"""


WORDS = by_share({"tail": "zz", "old": "kk", "rare": "pp", "most": "aa"})
YEARS = by_share({"tail": "2026", "old": "2019", "rare": "2024", "most": "2025"})
OWNER_OF_CLIENT = by_share({"tail": "zeta", "most": "beta"})
OWNER_OF_LEAD = by_share({"tail": "zeta", "old": "mu"})
CREATED = "strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', '+' || n || ' minutes')"
UPDATED = f"{YEARS} || substr('-01-01T00:00:00.000Z', 1, 11) || substr({CREATED}, 12)"
CLIENTS = f"""
    INSERT INTO clients (id, workspace_id, kind, name, name_key, email, email_key, phone, company_id, city,
                         city_key, country, status, source, source_key, owner_id, first_tag, sought, joined,
                         created_at, updated_at)
    {{rows}}
    SELECT n, :workspace_id, CASE WHEN n < 3 OR share = 'tail' THEN 'company' ELSE 'person' END,
           {WORDS} || ' ' || share || ' ' || place, {WORDS} || ' ' || share || ' ' || place,
           CASE WHEN share <> 'old' THEN {WORDS} || place || '@x.example' END,
           CASE WHEN share <> 'old' THEN {WORDS} || place || '@x.example' END,
           CASE WHEN share <> 'old' THEN '+49' || {by_share({"tail": "9"}, "'1'")} || (1000000 + place) END,
           CASE WHEN n < 3 THEN NULL WHEN share = 'tail' THEN 1 WHEN share = 'rare' THEN 2 END,
           share, share, {by_share(COUNTRIES)}, {by_share(STATUSES)},
           CASE WHEN share <> 'old' THEN share END, CASE WHEN share <> 'old' THEN share END,
           (SELECT u.id FROM users u
             WHERE u.workspace_id = :workspace_id AND u.name_key = {OWNER_OF_CLIENT}),
           CASE WHEN share <> 'old' THEN share END, '', '', {CREATED}, {UPDATED}
      FROM shared"""
LEADS = f"""
    INSERT INTO leads (id, workspace_id, title, title_key, value_minor, currency, client_id, client_key,
                       pipeline_id, stage_id, rank, owner_id, source, source_key, expected_close, type,
                       status, first_tag, sought, joined, stage_since, closed_at, touched_at, touched_day,
                       created_at, updated_at)
    {{rows}}
    SELECT n, :workspace_id, share || ' ' || place, {WORDS} || ' ' || share || ' ' || place,
           place + CASE share WHEN 'tail' THEN 1000000000 ELSE 0 END, 'EUR',
           CASE WHEN share <> 'old' THEN n END,
           COALESCE((SELECT c.name_key FROM clients c
                      WHERE share <> 'old' AND c.workspace_id = :workspace_id AND c.id = n), ''),
           s.pipeline_id, s.id, printf('%08d', n),
           (SELECT u.id FROM users u
             WHERE u.workspace_id = :workspace_id AND u.name_key = {OWNER_OF_LEAD}),
           CASE WHEN share <> 'old' THEN share END, CASE WHEN share <> 'old' THEN share END,
           CASE WHEN share <> 'old' THEN {YEARS} || '-05-05' END,
           {by_share({"tail": "support", "most": "inquiry"}, "'order'")}, {by_share(LEAD_STATUSES)},
           CASE WHEN share <> 'old' THEN share END, '', '', {CREATED},
           CASE WHEN share IN ('tail', 'old') THEN {UPDATED} END, {UPDATED},
           CASE WHEN share = 'most' THEN 738000 ELSE 700000 END, {CREATED}, {UPDATED}
      FROM shared
      JOIN stages s ON s.workspace_id = :workspace_id
                   AND s.name = {by_share({"tail": "Won", "old": "Lost"}, "'Contacted'")}"""


def fill_skewed(db: Database, cast: Cast, stages: Stages, rows: int) -> Skewed:
    """As many clients, and as many leads, as there are rows, in chunks."""
    who = cast.owner
    tags, owners = db.write(_begin, who)
    for low in range(1, rows + 1, CHUNK):
        db.write(_fill, who, rows, low, min(low + CHUNK - 1, rows), tags)
    return Skewed(who, rows, tags, owners)


def _begin(tx: Transaction) -> tuple[dict[str, int], dict[str, int]]:
    tags = {
        share: tx.insert(
            """
            INSERT INTO tags (workspace_id, name, name_key, form, created_at)
            VALUES (:workspace_id, :name, :name, :name, :now)
            RETURNING id
            """,
            name=share,
        )
        for share in SHARES
    }
    system, workspace = tx.acting_as(Actor(None, None)), tx.actor.workspace_id or 0
    owners = {share: insert_user(system, workspace, name, "member") for share, name in OWNERS.items()}
    return tags, owners


def _fill(tx: Transaction, count: int, low: int, high: int, tags: dict[str, int]) -> None:
    rows = rows_of(count)
    tx.run(CLIENTS.format(rows=rows), low=low, high=high)
    tx.run(LEADS.format(rows=rows), low=low, high=high)
    for subject in ("client", "lead"):
        tx.run(
            f"""
            INSERT INTO record_tags (workspace_id, tag_id, subject, subject_id)
            {rows}
            SELECT :workspace_id, t.id, :subject, shared.n
              FROM shared
              JOIN tags t ON t.workspace_id = :workspace_id AND t.name_key = shared.share
             WHERE shared.share <> 'old'""",
            subject=subject,
            low=low,
            high=high,
        )
    for table in ("clients", "leads"):
        _index(tx, rows, table, low=low, high=high)


def _index(tx: Transaction, rows: str, table: str, **part: Any) -> None:
    """By the words alone, not by the numbers."""
    for share in SHARES:
        tx.run(
            f"""
            INSERT INTO {table}_search (rowid, grams)
            {rows}
            SELECT (:workspace_id << {ID_BITS}) | n, :grams FROM shared WHERE share = :share""",
            share=share,
            grams=grams_of(share),
            **part,
        )
