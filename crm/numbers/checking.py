"""Checking the numbers of a workspace: each is one record's, and each hole is explained."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.numbers.formats import KINDS, NumberKind
from crm.records.kinds import kinds_of

MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class NumberFinding:
    """`fault`: nobody can explain it. Others tell what was left out on purpose."""

    kind: str
    message: str
    fault: bool


@dataclass(frozen=True, slots=True)
class NumbersReport:
    """`issued` counts the numbers in the register, of all series."""

    issued: int
    findings: list[NumberFinding]

    @property
    def faults(self) -> list[NumberFinding]:
        return [found for found in self.findings if found.fault]


def check_numbers(tx: Transaction, kinds: tuple[NumberKind, ...] = KINDS) -> NumbersReport:
    """At most the first 200 findings of each question."""
    findings = [found for kind in kinds for found in _findings(tx, kind)]
    return NumbersReport(sum(_count(tx, kind) for kind in kinds), findings)


def _findings(tx: Transaction, kind: NumberKind) -> Iterator[NumberFinding]:
    yield from _holes(tx, kind)
    yield from _of_nothing(tx, kind)
    yield from _given_up(tx, kind)
    yield from _behind(tx, kind)
    for table, column in _columns(tx, kind):
        yield from _unregistered(tx, kind, table, column)


def _columns(tx: Transaction, kind: NumberKind) -> list[tuple[str, str]]:
    return [
        (each.table, each.numbered[1])
        for each in kinds_of(tx)
        if each.numbered is not None and each.numbered[0] == kind
    ]


def _count(tx: Transaction, kind: NumberKind) -> int:
    counted = tx.value(
        "SELECT count(*) FROM issued_numbers WHERE workspace_id = :workspace_id AND kind = :kind", kind=kind
    )
    return int(counted)


def _holes(tx: Transaction, kind: NumberKind) -> Iterator[NumberFinding]:
    """Where the number before is another one than when the number was given, one was lost. Where it was the
    same and is not the next lower one, those between were left out.
    """
    rows = tx.all(
        """
        SELECT r.number, r.seq, r.follows, r.before
          FROM (SELECT n.number, n.seq, n.follows, n.period,
                       lag(n.seq) OVER (PARTITION BY n.period ORDER BY n.seq) AS before
                  FROM issued_numbers n
                 WHERE n.workspace_id = :workspace_id
                   AND n.kind = :kind
                   AND n.seq IS NOT NULL) r
         WHERE COALESCE(r.before, 0) <> COALESCE(r.follows, 0)
            OR COALESCE(r.before, 0) <> r.seq - 1
         ORDER BY r.period, r.seq
         LIMIT :most
        """,
        kind=kind,
        most=MOST_FINDINGS,
    )
    for row in rows:
        before, follows = row["before"] or 0, row["follows"] or 0
        if before != follows:
            said = Sentence(
                "{number}: the number before it is missing from the register.", number=row["number"]
            )
            yield NumberFinding(kind, said, fault=True)
        else:
            left_out = Sentence.counted(
                "{n} number was left out: the start was raised, or it had been given in another format.",
                "{n} numbers were left out: the start was raised, or they had been given in another format.",
                row["seq"] - before - 1,
            )
            yield NumberFinding(
                kind, Sentence("Before {number}: {why}", number=row["number"], why=left_out), fault=False
            )


def _of_nothing(tx: Transaction, kind: NumberKind) -> Iterator[NumberFinding]:
    """Numbers that no record has."""
    missing = "".join(
        f"""
                OR (n.subject = '{each.name}'
                    AND NOT EXISTS (SELECT 1
                                      FROM {each.table} t
                                     WHERE t.workspace_id = :workspace_id
                                       AND t.id = n.subject_id))"""
        for each in kinds_of(tx)
        if each.numbered is not None and each.numbered[0] == kind
    )
    rows = tx.all(
        f"""
        SELECT n.number
          FROM issued_numbers n
         WHERE n.workspace_id = :workspace_id
           AND n.kind = :kind
           AND (n.subject IS NULL{missing})
         ORDER BY n.id
         LIMIT :most
        """,
        kind=kind,
        most=MOST_FINDINGS,
    )
    for row in rows:
        yield NumberFinding(
            kind, Sentence("{number}: no record has this number.", number=row["number"]), fault=True
        )


def _given_up(tx: Transaction, kind: NumberKind) -> Iterator[NumberFinding]:
    """Numbers whose record was given another one since, such as a stock number that was typed wrong."""
    renamed = " OR ".join(
        f"""(n.subject = '{each.name}'
             AND EXISTS (SELECT 1
                           FROM {each.table} t
                          WHERE t.workspace_id = :workspace_id
                            AND t.id = n.subject_id
                            AND t.{each.numbered[1]} <> n.number))"""
        for each in kinds_of(tx)
        if each.numbered is not None and each.numbered[0] == kind
    )
    rows = tx.all(
        f"""
        SELECT n.number
          FROM issued_numbers n
         WHERE n.workspace_id = :workspace_id
           AND n.kind = :kind
           AND ({renamed or "1 = 0"})
         ORDER BY n.id
         LIMIT :most
        """,
        kind=kind,
        most=MOST_FINDINGS,
    )
    for row in rows:
        said = Sentence("{number}: its record was given another number since.", number=row["number"])
        yield NumberFinding(kind, said, fault=False)


def _behind(tx: Transaction, kind: NumberKind) -> Iterator[NumberFinding]:
    """A counter that would give a number again."""
    rows = tx.all(
        """
        SELECT c.period
          FROM number_counters c
         WHERE c.workspace_id = :workspace_id
           AND c.kind = :kind
           AND EXISTS (SELECT 1
                         FROM issued_numbers n
                        WHERE n.workspace_id = :workspace_id
                          AND n.kind = c.kind
                          AND n.period = c.period
                          AND n.seq >= c.next_seq)
        """,
        kind=kind,
    )
    for row in rows:
        said = Sentence("The counter of {period} is behind its numbers.", period=str(row["period"]))
        yield NumberFinding(kind, said, fault=True)


def _unregistered(tx: Transaction, kind: NumberKind, table: str, column: str) -> Iterator[NumberFinding]:
    rows = tx.all(
        f"""
        SELECT t.{column} AS number
          FROM {table} t
         WHERE t.workspace_id = :workspace_id
           AND t.{column} IS NOT NULL
           AND NOT EXISTS (SELECT 1
                             FROM issued_numbers n
                            WHERE n.workspace_id = :workspace_id
                              AND n.kind = :kind
                              AND n.number = t.{column})
         ORDER BY t.id
         LIMIT :most
        """,
        kind=kind,
        most=MOST_FINDINGS,
    )
    for row in rows:
        yield NumberFinding(
            kind, Sentence("{number}: it is not in the register.", number=row["number"]), fault=True
        )
