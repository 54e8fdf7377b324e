"""The record that a note, call, task or file belongs to."""

from typing import Annotated

from pydantic import Field, StringConstraints

from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.records.kind import Kind, Part
from crm.records.kinds import kinds_of
from crm.records.seen import name_of, only_seen

Subject = Annotated[str, StringConstraints(max_length=20), Field(json_schema_extra={"x-such-as": "notes"})]
"""The name of a kind, as the ledger has it; on which ones a part can hang, the kinds say: `check_subject`."""


def bearer_of(tx: Transaction, part: Part, subject: str) -> Kind:
    """Raises Invalid naming `subject` for a kind that does not have this part."""
    bearers = kinds_of(tx).with_part(part)
    if subject not in bearers:
        raise Invalid.field("subject", Sentence("must be {subjects}", subjects=" or ".join(bearers)))
    return bearers[subject]


def check_subject(tx: Transaction, part: Part, subject: str, subject_id: int) -> None:
    """Raises Invalid unless it is a live record of the workspace."""
    if not _is_there(tx, bearer_of(tx, part, subject), subject_id, live=True):
        raise Invalid.field("subject_id", Sentence("is not a {subject} of this workspace", subject=subject))


def known_subject(tx: Transaction, part: Part, subject: str | None) -> None:
    """Raises Invalid for a kind that cannot have such a part."""
    if subject is not None:
        bearer_of(tx, part, subject)


def require_live_subject(tx: Transaction, part: Part, subject: str, subject_id: int) -> None:
    """Raises NotFound unless it is a live record of the workspace."""
    if not _is_there(tx, bearer_of(tx, part, subject), subject_id, live=True):
        raise NotFound(Sentence("There is no such {subject}.", subject=subject))


def require_subject(tx: Transaction, part: Part, subject: str, subject_id: int) -> None:
    """Raises NotFound if the record never existed; one in the trash still has a timeline."""
    if not _is_there(tx, bearer_of(tx, part, subject), subject_id, live=False):
        raise NotFound(Sentence("There is no such {subject}.", subject=subject))


def subject_name(tx: Transaction, part: Part, alias: str) -> str:
    """The SQL expression of the name of the record that a row belongs to."""
    cases = "".join(
        f"""
            WHEN '{kind}' THEN {name_of(tx, kind, f"{alias}.subject_id", "named")}"""
        for kind in kinds_of(tx).with_part(part)
    )
    return f"CASE {alias}.subject{cases} END" if cases else "NULL"


def subject_lives(tx: Transaction, part: Part, alias: str) -> str:
    """The SQL condition that the record a row belongs to is not in the trash."""
    lives = " OR ".join(
        f"""
            ({alias}.subject = '{kind.name}'
             AND EXISTS (SELECT 1
                           FROM {kind.table} bearer
                          WHERE bearer.workspace_id = :workspace_id
                            AND bearer.id = {alias}.subject_id
                            AND bearer.deleted_at IS NULL))"""
        for kind in kinds_of(tx).with_part(part).values()
    )
    return f"({lives})"


def touch_subject(tx: Transaction, subject: str | None, subject_id: int | None) -> None:
    """Something happened to a note, call, task or file of the record."""
    kind = kinds_of(tx).by_name.get(subject or "")
    if kind is not None and kind.touch is not None and subject_id is not None:
        kind.touch(tx, subject_id)


def _is_there(tx: Transaction, kind: Kind, record_id: int, *, live: bool) -> bool:
    found = tx.value(
        f"""
        SELECT 1
          FROM {kind.table} bearer
         WHERE bearer.workspace_id = :workspace_id
           AND bearer.id = :record_id
           {"AND bearer.deleted_at IS NULL" if live else ""}
           {only_seen(tx, kind.name, "bearer")}
        """,
        record_id=record_id,
    )
    return found is not None
