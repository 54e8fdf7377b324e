"""Taking a submission in: what the visitor sent is kept before anything is made of it."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from crm import clock
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.files.uploads import Upload
from crm.leads.inquiring import Agreed
from crm.web_forms.answers import AGREED, Answer, Answers, read_answers
from crm.web_forms.asked_files import SentFile, file_problems
from crm.web_forms.confirmations import ask_to_confirm
from crm.web_forms.fields import FILES, FOR_SERVICE
from crm.web_forms.kept_files import keep_files
from crm.web_forms.questions import ShownQuestion, shown_questions
from crm.web_forms.web_form import WebForm, open_web_form

TOO_QUICK = timedelta(seconds=2)
TRAPPED = "A field was filled in that people do not see."
QUICK = "It was sent within two seconds."
STRANGE = "It was sent from a site that the form does not name."
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a visitor sent. `key` is drawn with the form: a repeat under it is the same submission. `began` is
    when the form was shown, as this server told. `strange` names a site that may not send it. A file may have
    `largest` bytes on this appliance.
    """

    answers: Mapping[str, Answer]
    marks: Mapping[str, str]
    agreed: bool
    trap: str
    began: str
    key: str
    strange: str | None = None
    files: Sequence[SentFile] = ()
    largest: int = 0


def take_submission(tx: Transaction, token: str, sent: Sent, uploads: Sequence[Upload] = ()) -> WebForm:
    """Keep it, once, with the uploads, which are in their place already; of a repeat nothing is kept, and
    they are let go. `tx` is of SYSTEM. Raises NotFound, and Invalid that names each question.
    """
    inside, form = open_web_form(tx, token)
    questions = shown_questions(inside, form)
    answers = _read(inside, form, questions, sent)
    reason = _suspicion(sent, inside.now)
    submission_id = _keep(inside, form, sent, _asked(questions), reason)
    if submission_id is not None:
        keep_files(inside, form.id, submission_id, uploads)
        if reason is None and form.double_opt_in:
            ask_to_confirm(inside, form, submission_id, str(answers.own.email))
    return form


def look_at_sent(tx: Transaction, token: str, sent: Sent) -> tuple[int, bool]:
    """Before files are put in their place: the workspace, and whether all this is kept already. `tx` is of
    SYSTEM. Raises what `take_submission` raises.
    """
    inside, form = open_web_form(tx, token)
    questions = shown_questions(inside, form)
    _read(inside, form, questions, sent)
    known = inside.value(
        """
        SELECT id
          FROM web_form_submissions
         WHERE workspace_id = :workspace_id
           AND form_id = :form_id
           AND sent_key = :sent_key
        """,
        form_id=form.id,
        sent_key=_key(sent, _given(sent, _asked(questions))),
    )
    return int(inside.actor.workspace_id or 0), known is not None


def _read(tx: Transaction, form: WebForm, questions: Sequence[ShownQuestion], sent: Sent) -> Answers:
    """Raises Invalid: all that is wrong at once, as files have to be chosen anew after each refusal."""
    problems = file_problems(form, sent.files, sent.largest)
    if form.consent_text is not None and not sent.agreed:
        problems.append(FieldProblem(AGREED, "is required"))
    try:
        answers = read_answers(tx, [each for each in questions if each.name != FILES], sent.answers)
    except Invalid as error:
        raise Invalid(*error.problems, *problems) from None
    if problems:
        raise Invalid(*problems)
    return answers


def _asked(questions: Sequence[ShownQuestion]) -> set[str]:
    return {each.name for each in questions}


def _given(sent: Sent, asked: set[str]) -> dict[str, Answer]:
    return {name: value for name, value in sent.answers.items() if name in asked}


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
    answers = _given(sent, asked)
    return store_submission(
        tx,
        form.id,
        _key(sent, answers),
        {"answers": answers, "marks": sent.marks},
        agreed=form.agreed,
        state="suspicious" if reason else "unconfirmed" if form.double_opt_in else "waiting",
        reason=reason,
    )


def store_submission(
    tx: Transaction,
    form_id: int,
    sent_key: str,
    payload: Mapping[str, Any],
    *,
    agreed: Agreed | None,
    state: str = "waiting",
    reason: str | None = None,
) -> int | None:
    """None for a repeat, of which nothing is kept.

    `payload` has `answers` and `marks`, and `came_at` where it was sent before it came here.
    """
    submission_id: int | None = tx.value(
        """
        INSERT INTO web_form_submissions (workspace_id, form_id, sent_key, payload, consent_text,
                                          consent_purposes, state, reason, due_at, received_at)
        VALUES (:workspace_id, :form_id, :sent_key, :payload, :consent_text,
                :purposes, :state, :reason, :now, :now)
            ON CONFLICT (workspace_id, form_id, sent_key) DO NOTHING
        RETURNING id
        """,
        form_id=form_id,
        sent_key=sent_key,
        payload=orjson.dumps(payload).decode(),
        consent_text=None if agreed is None else agreed.text,
        purposes=orjson.dumps(FOR_SERVICE if agreed is None else agreed.purposes).decode(),
        state=state,
        reason=reason,
    )
    return submission_id


def _key(sent: Sent, answers: Mapping[str, Answer]) -> str:
    """Whoever goes back and corrects an answer, or takes another file, sends something else under the same
    id: that is kept, too.
    """
    if not sent.key:
        return secrets.token_hex(16)
    said = sent.key[:LONGEST_KEY].encode("utf-8", "replace")
    digest = hashlib.sha256(said + b"\x00" + orjson.dumps(answers, option=orjson.OPT_SORT_KEYS))
    for file in sent.files:
        digest.update(f"\x00{file.digest}".encode())
    return digest.hexdigest()
