"""The register of the numbers that were given, newest first: to which record, when and by whom."""

from dataclasses import dataclass

from crm.db.keyset import DEFAULT_LIMIT, Page, PageStart, read_page
from crm.db.list_parts import Looked
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.numbers.series import known_kind
from crm.records.subjects import subject_name

MOST_ID = 2**62


@dataclass(frozen=True)
class IssuedNumber:
    """`seq` is its place in its run, None for one that people chose. `follows` is the place of the number
    before, where that is not the next lower one: the numbers between were left out.
    """

    id: int
    kind: str
    number: str
    seq: int | None
    follows: int | None
    subject: str | None
    subject_id: int | None
    subject_name: str | None
    issued_by: int | None
    issued_by_name: str | None
    created_at: str


def list_issued(
    tx: Transaction,
    kind: str,
    *,
    number: str | None = None,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[IssuedNumber]:
    """All of a series, or the one that reads `number`. Raises NotFound, and Invalid naming `cursor`."""
    known = known_kind(kind)

    def fetch(start: PageStart) -> Looked[IssuedNumber]:
        (last,) = start.keys or [0 if start.back else MOST_ID]
        return Looked(_rows(tx, known, number, int(last), limit + 1, back=start.back))

    return read_page(fetch, cursor, [int], limit, lambda row: [row.id])


def _rows(
    tx: Transaction, kind: str, number: str | None, last: int, most: int, *, back: bool
) -> list[IssuedNumber]:
    among = "AND n.number_key = :number_key" if number else ""
    rows = tx.all(
        f"""
        SELECT n.id, n.kind, n.number, n.seq,
               CASE WHEN n.follows < n.seq - 1 OR (n.follows IS NULL AND n.seq > 1)
                    THEN COALESCE(n.follows, 0) END AS follows,
               n.subject, n.subject_id, {subject_name(tx, "issued_numbers", "n")} AS subject_name,
               n.issued_by,
               (SELECT u.name FROM users u
                 WHERE u.workspace_id = :workspace_id AND u.id = n.issued_by) AS issued_by_name,
               n.created_at
          FROM issued_numbers n
         WHERE n.workspace_id = :workspace_id
           AND n.kind = :kind
           {among}
           AND n.id {">" if back else "<"} :last
         ORDER BY n.id {"" if back else "DESC"}
         LIMIT :most
        """,
        kind=kind,
        last=last,
        most=most,
        **({"number_key": name_key(number)} if number else {}),
    )
    return [IssuedNumber(**row) for row in rows]
