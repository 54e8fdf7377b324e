"""Giving numbers: the counter is incremented in the transaction that uses the number, so none is lost."""

from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.fields import name_key
from crm.numbers.formats import MOST_SEQ, NumberKind, write_number
from crm.numbers.series import MOST_TAKEN, Run, refuse_exhausted, run_of


def next_number(tx: Transaction, kind: NumberKind) -> str:
    """The next number, which is this transaction's: if it fails, nothing was given.

    Whoever takes it stores it with its record and calls `assign_number`. Numbers that were given before in
    another format are left out. Raises Conflict where the format has none left.
    """
    run = run_of(tx, kind)
    for _ in range(MOST_TAKEN):
        seq = _count(tx, run)
        if seq > MOST_SEQ:
            break
        number = write_number(run.format, run.year, seq)
        if _register(tx, kind, number, run.period, seq):
            return number
    raise refuse_exhausted(run)


def take_number(tx: Transaction, kind: NumberKind, number: str) -> None:
    """A number that people chose themselves. Raises Conflict naming `kind`_number if it was ever given."""
    if not _register(tx, kind, number, None, None):
        refusal = Sentence("The number {number!r} was already given.", number=number)
        raise Conflict.field(f"{kind}_number", refusal, Sentence("exists"))


def assign_number(tx: Transaction, kind: NumberKind, number: str, subject: str, subject_id: int) -> None:
    """Note in the register which record has the number."""
    tx.run(
        """
        UPDATE issued_numbers
           SET subject = :subject, subject_id = :subject_id
         WHERE workspace_id = :workspace_id
           AND kind = :kind
           AND number_key = :number_key
        """,
        kind=kind,
        number_key=name_key(number),
        subject=subject,
        subject_id=subject_id,
    )


def _count(tx: Transaction, run: Run) -> int:
    """The one row that each number of the run increments; a higher start is leapt to."""
    return int(
        tx.value(
            """
            INSERT INTO number_counters (workspace_id, kind, period, next_seq)
            VALUES (:workspace_id, :kind, :period, :start + 1)
                ON CONFLICT (workspace_id, kind, period) DO UPDATE
               SET next_seq = CASE WHEN number_counters.next_seq < :start THEN :start
                                   ELSE number_counters.next_seq END + 1
            RETURNING next_seq - 1
            """,
            kind=run.kind,
            period=run.period,
            start=run.start,
        )
    )


def _register(tx: Transaction, kind: NumberKind, number: str, period: int | None, seq: int | None) -> bool:
    """Whether it was free."""
    made = tx.value(
        """
        INSERT INTO issued_numbers (workspace_id, kind, number, number_key, period, seq, follows, issued_by,
                                    created_at)
        VALUES (:workspace_id, :kind, :number, :number_key, :period, :seq,
                (SELECT max(seq)
                   FROM issued_numbers
                  WHERE workspace_id = :workspace_id
                    AND kind = :kind
                    AND period = :period
                    AND seq IS NOT NULL),
                :actor_id, :now)
            ON CONFLICT (workspace_id, kind, number_key) DO NOTHING
        RETURNING id
        """,
        kind=kind,
        number=number,
        number_key=name_key(number),
        period=period,
        seq=seq,
    )
    return made is not None
