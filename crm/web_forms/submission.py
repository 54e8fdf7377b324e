"""A submission as it is read, and what people do with one: accept, discard, try again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import orjson

from crm.activity import activity
from crm.clients.consent_fields import Purpose
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, NotFound
from crm.web_forms.answers import Answer
from crm.web_forms.kept_files import SubmissionFile, files_of
from crm.web_forms.web_form import find_web_form, get_web_form

State = Literal["unconfirmed", "suspicious", "waiting", "failed", "done", "discarded"]
SETTLED = "This submission has been dealt with already."
GONE = "There is no such submission."
# What may be made of a submission, and of which ones.
ACCEPTED = ("suspicious", "unconfirmed", "failed", "discarded")
DISCARDED = ("suspicious", "unconfirmed", "failed")


@dataclass(frozen=True)
class Submission:
    """`answers` are as they were sent, by the name of the question; `marks` tell where the visitor came from.
    `reason` says why it is suspicious, or failed. `consent_text` and `consent_purposes` are what the visitor
    agreed to, and for what. `files` hang on the lead once there is one.
    """

    id: int
    form_id: int
    state: State
    reason: str | None
    answers: Mapping[str, Answer]
    files: list[SubmissionFile]
    marks: Mapping[str, str]
    consent_text: str | None
    consent_purposes: list[Purpose]
    lead_id: int | None
    received_at: str
    confirmed_at: str | None
    settled_at: str | None

    @property
    def sender(self) -> str:
        """The first that they said of themselves."""
        said = (self.answers.get(name) for name in ("name", "email", "phone"))
        return next((each for each in said if isinstance(each, str) and each.strip()), f"№ {self.id}")


SHOWN = """
    SELECT s.id, s.form_id, s.state, s.reason, s.payload, s.consent_text, s.consent_purposes,
           (SELECT l.id
              FROM leads l
             WHERE l.workspace_id = s.workspace_id
               AND l.id = s.lead_id
               AND l.deleted_at IS NULL) AS lead_id,
           s.received_at, s.confirmed_at, s.settled_at
      FROM web_form_submissions s
     WHERE s.workspace_id = :workspace_id
       AND s.form_id = :form_id
"""


def list_submissions(
    tx: Transaction, form_id: int, *, state: State | None = None, limit: int, cursor: str | None = None
) -> Page[Submission]:
    """The newest first. Raises NotFound, and Invalid naming `cursor`."""
    _known(tx, form_id)
    below = decode_cursor(cursor, (int,))[0] if cursor else None
    rows = tx.all(
        f"""
        {SHOWN}
        {"AND s.state = :state" if state is not None else ""}
        {"AND s.id < :below" if below is not None else ""}
         ORDER BY s.id DESC
         LIMIT :limit
        """,
        form_id=form_id,
        state=state,
        below=below,
        limit=limit + 1,
    )
    files = files_of(tx, [row["id"] for row in rows])
    return page_of([_submission(row, files) for row in rows], limit, lambda each: (each.id,))


def get_submission(tx: Transaction, form_id: int, submission_id: int) -> Submission:
    """Raises NotFound."""
    _known(tx, form_id)
    row = tx.one(f"{SHOWN} AND s.id = :submission_id", form_id=form_id, submission_id=submission_id)
    if row is None:
        raise NotFound(GONE)
    return _submission(row, files_of(tx, [submission_id]))


def accept_submission(tx: Transaction, form_id: int, submission_id: int) -> Submission:
    """Let the worker make a lead of it, though it was suspicious, not confirmed, failed or discarded.

    Raises NotFound, and Conflict if it is under way or done.
    """
    was = _settle(tx, form_id, submission_id, ACCEPTED, "waiting")
    activity.record(
        tx,
        "web_form.submission_accepted",
        "web_form",
        form_id,
        after={"submission": submission_id, "submission_state": was},
    )
    return get_submission(tx, form_id, submission_id)


def discard_submission(tx: Transaction, form_id: int, submission_id: int) -> Submission:
    """It is kept for some time. Raises NotFound, and Conflict if it is under way, done or discarded."""
    was = _settle(tx, form_id, submission_id, DISCARDED, "discarded")
    activity.record(
        tx,
        "web_form.submission_discarded",
        "web_form",
        form_id,
        after={"submission": submission_id, "submission_state": was},
    )
    return get_submission(tx, form_id, submission_id)


def _settle(tx: Transaction, form_id: int, submission_id: int, among: tuple[str, ...], state: str) -> str:
    """Returns the state before."""
    get_web_form(tx, form_id)
    was = get_submission(tx, form_id, submission_id).state
    if was not in among:
        raise Conflict(SETTLED)
    tx.run(
        """
        UPDATE web_form_submissions
           SET state = :state, attempts = 0, due_at = :now, reason = NULL,
               settled_at = CASE WHEN :state = 'discarded' THEN :now ELSE NULL END
         WHERE workspace_id = :workspace_id
           AND id = :submission_id
           AND state = :was
        """,
        submission_id=submission_id,
        state=state,
        was=was,
    )
    return was


def _known(tx: Transaction, form_id: int) -> None:
    """Of a form in the trash they can be read still. Raises NotFound."""
    if find_web_form(tx, form_id) is None:
        get_web_form(tx, form_id)


def _submission(row: Row, files: Mapping[int, list[SubmissionFile]]) -> Submission:
    values = dict(row)
    payload = orjson.loads(values.pop("payload"))
    values["consent_purposes"] = orjson.loads(values["consent_purposes"])
    return Submission(
        **values, answers=payload["answers"], files=files.get(row["id"], []), marks=payload["marks"]
    )
