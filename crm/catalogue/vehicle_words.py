"""The words that a workspace uses for its vehicles: makes, bodies, fuels, conditions, places."""

from crm.db.transaction import Transaction
from crm.records.seen import only_seen

WORDS = ("make", "body", "fuel", "condition", "location")
MOST = 100


def words_in_use(tx: Transaction, name: str) -> list[str]:
    """Of live vehicles, by alphabet, each in one of its spellings. They are found by walking from one to the
    next along the index, not by going through all vehicles.
    """
    if name not in WORDS:
        raise KeyError(name)
    key, seen = f"{name}_key", only_seen(tx, "vehicle", "v")
    next_key = f"""SELECT min(v.{key})
                     FROM vehicles v
                    WHERE v.workspace_id = :workspace_id
                      AND v.deleted_at IS NULL"""
    rows = tx.all(
        f"""
        WITH RECURSIVE used (word_key, place) AS (
            SELECT ({next_key} AND v.{key} > '' {seen}), 1
             UNION ALL
            SELECT ({next_key} AND v.{key} > used.word_key {seen}), used.place + 1
              FROM used
             WHERE used.word_key IS NOT NULL
               AND used.place < :most
        )
        SELECT (SELECT v.{name}
                  FROM vehicles v
                 WHERE v.workspace_id = :workspace_id
                   AND v.deleted_at IS NULL
                   AND v.{key} = used.word_key
                 LIMIT 1) AS word
          FROM used
         WHERE used.word_key IS NOT NULL
        """,
        most=MOST,
    )
    return [row["word"] for row in rows]
