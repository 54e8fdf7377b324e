"""The files of submissions: kept apart until the submission becomes a lead, on that lead from then on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from crm.db.transaction import Row, Transaction
from crm.errors import NotFound
from crm.files.apart import give_up, hand_over, keep_apart
from crm.files.files import File, stored_name_of
from crm.files.uploads import Upload

HOLDER = "web_form"


@dataclass(frozen=True)
class SubmissionFile:
    """`id` is that of the file, also once it hangs on the lead."""

    id: int
    name: str
    media_type: str
    size: int


def keep_files(tx: Transaction, form_id: int, submission_id: int, uploads: Sequence[Upload]) -> None:
    for upload in uploads:
        tx.run(
            """
            INSERT INTO web_form_files (workspace_id, submission_id, file_id)
            VALUES (:workspace_id, :submission_id, :file_id)
            """,
            submission_id=submission_id,
            file_id=keep_apart(tx, (HOLDER, form_id), upload),
        )


def files_of(tx: Transaction, submission_ids: Iterable[int]) -> dict[int, list[SubmissionFile]]:
    """By submission, in the order in which they were sent; without those that are deleted."""
    rows = tx.all(
        """
        SELECT w.submission_id, f.id, f.name, f.media_type, f.size
          FROM web_form_files w
          JOIN files f ON f.workspace_id = w.workspace_id AND f.id = w.file_id
         WHERE w.workspace_id = :workspace_id
           AND w.submission_id IN (SELECT value FROM json_each(:ids))
           AND f.deleted_at IS NULL
           AND f.erased_at IS NULL
        """,
        ids=orjson.dumps(sorted(submission_ids)).decode(),
    )
    found: dict[int, list[SubmissionFile]] = {}
    for row in sorted(rows, key=lambda each: int(each["id"])):
        found.setdefault(row.pop("submission_id"), []).append(SubmissionFile(**row))
    return found


def get_sent_file(tx: Transaction, submission_id: int, file_id: int) -> tuple[File, str]:
    """With its stored name. Raises NotFound."""
    if file_id not in _file_ids(tx, submission_id):
        raise NotFound("There is no such file.")
    return stored_name_of(tx, file_id, anywhere=True)


def hand_over_files(tx: Transaction, submission_id: int, lead_id: int) -> None:
    """They hang on the lead from now on."""
    file_ids = _file_ids(tx, submission_id)
    if file_ids:
        hand_over(tx, HOLDER, file_ids, ("lead", lead_id))


def forget_files(tx: Transaction, over: str, before: str) -> list[str]:
    """Of the submissions of all workspaces that the statement `over` finds: see `give_up`."""
    rows: list[Row] = tx.all(
        f"DELETE FROM web_form_files WHERE submission_id IN ({over}) RETURNING file_id", before=before
    )
    return give_up(tx, HOLDER, [row["file_id"] for row in rows])


def _file_ids(tx: Transaction, submission_id: int) -> list[int]:
    rows = tx.all(
        """
        SELECT file_id
          FROM web_form_files
         WHERE workspace_id = :workspace_id
           AND submission_id = :submission_id
         ORDER BY id
        """,
        submission_id=submission_id,
    )
    return [row["file_id"] for row in rows]
