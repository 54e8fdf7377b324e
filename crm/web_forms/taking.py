"""Taking a submission in: what the visitor sent is kept before anything is made of it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from crm import clock
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.web_forms.answers import AGREED, Answer, read_answers
from crm.web_forms.confirmations import ask_to_confirm
from crm.web_forms.questions import shown_questions
from crm.web_forms.web_form import WebForm, open_web_form

TOO_QUICK = timedelta(seconds=2)
TRAPPED = "A field was filled in that people do not see."
QUICK = "It was sent within two seconds."
STRANGE = "It was sent from a site that the form does not name."
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a visitor sent. `key` is drawn with the form: a repeat under it is the same submission. `began` is
    when the form was shown, as this server told. `strange` names a site that may not send it.
    """

    answers: Mapping[str, Answer]
    marks: Mapping[str, str]
    agreed: bool
    trap: str
    began: str
    key: str
    strange: str | None = None


def take_submission(tx: Transaction, token: str, sent: Sent) -> WebForm:
    """Keep it, once. `tx` is of SYSTEM. Raises NotFound, and Invalid that names each question."""
    inside, form = open_web_form(tx, token)
    questions = shown_questions(inside, form)
    answers = read_answers(inside, questions, sent.answers)
    if form.consent_text is not None and not sent.agreed:
        raise Invalid.field(AGREED, "is required")
    reason = _suspicion(sent, inside.now)
    asked = {each.name for each in questions}
    submission_id = _keep(inside, form, sent, asked, reason)
    if submission_id is not None and reason is None and form.double_opt_in:
        ask_to_confirm(inside, form, submission_id, str(answers.own.email))
    return form


def _suspicion(sent: Sent, now: str) -> str | None:
    """Why a person should look at it first."""
    if sent.trap:
        return TRAPPED
    if sent.strange is not None:
        return f"{STRANGE} ({sent.strange[:200]})"
    try:
        quick = sent.began > clock.later(now, -TOO_QUICK) and bool(clock.from_text(sent.began))
    except ValueError:
        return None
    return QUICK if quick else None


def _keep(tx: Transaction, form: WebForm, sent: Sent, asked: set[str], reason: str | None) -> int | None:
    """None for a repeat, of which nothing is kept."""
    answers = {name: value for name, value in sent.answers.items() if name in asked}
    return store_submission(
        tx,
        form.id,
        _key(sent, orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)),
        {"answers": answers, "marks": sent.marks},
        consent_text=form.consent_text,
        state="suspicious" if reason else "unconfirmed" if form.double_opt_in else "waiting",
        reason=reason,
    )


def store_submission(
    tx: Transaction,
    form_id: int,
    sent_key: str,
    payload: Mapping[str, Mapping[str, Any]],
    *,
    consent_text: str | None,
    state: str = "waiting",
    reason: str | None = None,
) -> int | None:
    """None for a repeat, of which nothing is kept. `payload` has `answers` and `marks`."""
    submission_id: int | None = tx.value(
        """
        INSERT INTO web_form_submissions (workspace_id, form_id, sent_key, payload, consent_text, state,
                                          reason, due_at, received_at)
        VALUES (:workspace_id, :form_id, :sent_key, :payload, :consent_text, :state,
                :reason, :now, :now)
            ON CONFLICT (workspace_id, form_id, sent_key) DO NOTHING
        RETURNING id
        """,
        form_id=form_id,
        sent_key=sent_key,
        payload=orjson.dumps(payload).decode(),
        consent_text=consent_text,
        state=state,
        reason=reason,
    )
    return submission_id


def _key(sent: Sent, answers: bytes) -> str:
    """Whoever goes back and corrects an answer sends something else under the same id: that is kept, too."""
    if not sent.key:
        return secrets.token_hex(16)
    said = sent.key[:LONGEST_KEY].encode("utf-8", "replace")
    return hashlib.sha256(said + b"\x00" + answers).hexdigest()
