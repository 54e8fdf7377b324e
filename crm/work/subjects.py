"""What notes, calls and tasks hang on: a record of any kind that says so, which reaches this room as data."""

from typing import Annotated

from pydantic import StringConstraints

from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.records.kind import Kind, Part
from crm.records.kinds import kinds_of

Subject = Annotated[str, StringConstraints(max_length=20)]
"""The name of a kind, as the ledger has it."""


def check_subject(tx: Transaction, part: Part, subject: str, subject_id: int) -> None:
    """Raises Invalid unless it is a live record of the workspace, on which such a part can hang."""
    kind = _kind_of(tx, part, subject)
    live = tx.value(
        f"""
        SELECT 1
          FROM {kind.table}
         WHERE workspace_id = :workspace_id
           AND id = :subject_id
           AND deleted_at IS NULL
        """,
        subject_id=subject_id,
    )
    if not live:
        raise Invalid.field("subject_id", Sentence("is not a {subject} of this workspace", subject=subject))


def require_subject(tx: Transaction, part: Part, subject: str, subject_id: int) -> None:
    """Raises NotFound for a record that was never there; one in the trash has a timeline still. Raises
    Invalid for a kind on which such a part cannot hang.
    """
    kind = _kind_of(tx, part, subject)
    there = tx.value(
        f"SELECT 1 FROM {kind.table} WHERE workspace_id = :workspace_id AND id = :subject_id",
        subject_id=subject_id,
    )
    if not there:
        raise NotFound(Sentence("There is no such {subject}.", subject=subject))


def known_subject(tx: Transaction, part: Part, subject: str | None) -> None:
    """Raises Invalid for a kind on which such a part cannot hang."""
    if subject is not None:
        _kind_of(tx, part, subject)


def subject_name(tx: Transaction, part: Part, alias: str) -> str:
    """The SQL expression of the name of what a row hangs on."""
    cases = "".join(
        f"""
            WHEN '{subject}' THEN (SELECT named.{kind.known_by}
                                     FROM {kind.table} named
                                    WHERE named.workspace_id = :workspace_id
                                      AND named.id = {alias}.subject_id)"""
        for subject, kind in kinds_of(tx).with_part(part).items()
    )
    return f"CASE {alias}.subject{cases} END"


def touch_subject(tx: Transaction, subject: str | None, subject_id: int | None) -> None:
    """Something happened to what hangs on the record, which its kind may want to note."""
    kind = kinds_of(tx).by_name.get(subject or "")
    if kind is not None and kind.touch is not None and subject_id is not None:
        kind.touch(tx, subject_id)


def _kind_of(tx: Transaction, part: Part, subject: str) -> Kind:
    bearers = kinds_of(tx).with_part(part)
    if subject not in bearers:
        raise Invalid.field("subject", Sentence("must be {subjects}", subjects=" or ".join(bearers)))
    return bearers[subject]
