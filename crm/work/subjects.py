"""What notes, calls and tasks hang on: clients and leads, and what rooms above add to SUBJECTS."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.leads.lead import day_number


@dataclass(frozen=True, slots=True)
class SubjectTable:
    """`name` is the column by which people know a row."""

    table: str
    name: str


SUBJECTS = {"client": SubjectTable("clients", "name"), "lead": SubjectTable("leads", "title")}


def _known(text: str) -> str:
    if text not in SUBJECTS:
        raise ValueError(Sentence("must be {subjects}", subjects=" or ".join(SUBJECTS)))
    return text


Subject = Annotated[str, StringConstraints(max_length=20), AfterValidator(_known)]


def check_subject(tx: Transaction, subject: str, subject_id: int) -> None:
    """Raises Invalid unless it is a live record of the workspace."""
    live = tx.value(
        f"""
        SELECT 1
          FROM {SUBJECTS[subject].table}
         WHERE workspace_id = :workspace_id
           AND id = :subject_id
           AND deleted_at IS NULL
        """,
        subject_id=subject_id,
    )
    if not live:
        raise Invalid.field("subject_id", Sentence("is not a {subject} of this workspace", subject=subject))


def require_subject(tx: Transaction, subject: str, subject_id: int) -> None:
    """Raises NotFound for a record that was never there; one in the trash has a timeline still."""
    there = tx.value(
        f"SELECT 1 FROM {SUBJECTS[subject].table} WHERE workspace_id = :workspace_id AND id = :subject_id",
        subject_id=subject_id,
    )
    if not there:
        raise NotFound(Sentence("There is no such {subject}.", subject=subject))


def subject_name(alias: str) -> str:
    """The SQL expression of the name of what a row hangs on."""
    cases = "".join(
        f"""
            WHEN '{subject}' THEN (SELECT named.{known.name}
                                     FROM {known.table} named
                                    WHERE named.workspace_id = :workspace_id
                                      AND named.id = {alias}.subject_id)"""
        for subject, known in SUBJECTS.items()
    )
    return f"CASE {alias}.subject{cases} END"


def touch_subject(tx: Transaction, subject: str | None, subject_id: int | None) -> None:
    """Something happened to the record: a lead is no longer stale. Its version stays, as no field changed."""
    if subject == "lead":
        tx.run(
            """
            UPDATE leads
               SET touched_at = :now, touched_day = :today
             WHERE workspace_id = :workspace_id
               AND id = :subject_id
            """,
            subject_id=subject_id,
            today=day_number(tx.now),
        )
