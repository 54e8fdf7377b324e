"""The lead that a submission becomes, with its client and what they agreed to."""

from typing import Any

from crm.accounts.owners import check_owner
from crm.attribution.touch import Origin
from crm.attribution.touches import keep_touch
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.fields import LeadFields
from crm.leads.inquiring import agree_to_answer, client_who_asks, open_inquiry
from crm.leads.leads import create_lead
from crm.web_forms.answers import Answer, OwnAnswers, read_custom, read_own
from crm.web_forms.fields import OWN_FIELDS
from crm.web_forms.web_form import WebForm
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note

LONGEST_DETAILS = 20_000


def make_lead(
    tx: Transaction,
    form: WebForm,
    answers: dict[str, Answer],
    marks: dict[str, str],
    consent_text: str | None,
    *,
    at: str,
) -> int:
    """`at` is when it was sent."""
    lead_id = _lead_of(tx, form, answers, marks, consent_text)
    origin: Origin = "lead_form" if "leadgen_id" in marks else "form"
    keep_touch(tx, origin, marks, lead_id=lead_id, at=at)
    return lead_id


def _lead_of(
    tx: Transaction,
    form: WebForm,
    answers: dict[str, Answer],
    marks: dict[str, str],
    consent_text: str | None,
) -> int:
    own = read_own(tx, answers)
    custom, odd = _custom(tx, answers)
    owner_id = _next_owner(tx, form)
    client_id = client_who_asks(tx, _client(own, form, owner_id, custom["client"]))
    if consent_text is not None:
        agree_to_answer(tx, client_id, consent_text, email=own.email, phone=own.phone)
    title = f"{form.name}: {own.name or own.email or own.phone}"[:200]
    details = _details(own, odd, marks, consent_text)
    found = open_inquiry(tx, client_id, title)
    if found is not None:
        add_note(tx, NoteFields(subject="lead", subject_id=found, text=details))
        return found
    lead = {
        "title": title,
        "client_id": client_id,
        "owner_id": owner_id,
        "pipeline_id": form.pipeline_id,
        "source": form.name[:100],
        "details": details,
        "custom": custom["lead"],
    }
    return create_lead(tx, parse_fields(LeadFields, lead)).id


def _custom(
    tx: Transaction, answers: dict[str, Answer]
) -> tuple[dict[str, dict[str, Any]], dict[str, Answer]]:
    """The custom values; and the answers that fit no field any more, which become a part of the text."""
    fitting: dict[str, Answer] = {}
    odd: dict[str, Answer] = {}
    for name, answer in answers.items():
        if name in OWN_FIELDS:
            continue
        try:
            found = read_custom(tx, {name: answer})
        except Invalid:
            odd[name] = answer
        else:
            (fitting if any(found.values()) else odd)[name] = answer
    return read_custom(tx, fitting), odd


def _client(own: OwnAnswers, form: WebForm, owner_id: int | None, custom: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": own.name or own.email or own.phone,
        "email": own.email,
        "phone": own.phone,
        "job_title": own.job_title,
        "city": own.city,
        "source": form.name[:100],
        "owner_id": owner_id,
        "custom": custom,
    }


def _details(own: OwnAnswers, odd: dict[str, Answer], marks: dict[str, str], consent_text: str | None) -> str:
    """All that was said, as the client may be one who is known by other values."""
    said = own.model_dump(exclude={"message"}) | {name: _as_text(answer) for name, answer in odd.items()}
    said |= {"page": marks.get("page"), "agreed to": consent_text}
    lines = [f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in said.items() if value]
    return "\n".join([*([own.message, ""] if own.message else []), *lines])[:LONGEST_DETAILS]


def _as_text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else ", ".join(answer)


def _next_owner(tx: Transaction, form: WebForm) -> int | None:
    """By turns, of those who can have records."""
    able = [owner_id for owner_id in form.owner_ids if _can_own(tx, owner_id)]
    if not able:
        return None
    turns = tx.value(
        """
        UPDATE web_forms
           SET turns = turns + 1
         WHERE workspace_id = :workspace_id
           AND id = :form_id
        RETURNING turns
        """,
        form_id=form.id,
    )
    return able[(int(turns) - 1) % len(able)]


def _can_own(tx: Transaction, user_id: int) -> bool:
    try:
        check_owner(tx, user_id)
    except Invalid:
        return False
    return True
