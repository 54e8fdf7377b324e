"""The lead that a submission becomes, with its client and what they agreed to."""

from typing import Any

from crm.accounts.owners import check_owner
from crm.attribution.touch import Origin
from crm.attribution.touches import keep_touch
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.fields import LeadFields
from crm.leads.inquiring import Agreed, agree, client_who_asks
from crm.leads.leads import create_lead
from crm.web_forms.answers import Answer, OwnAnswers, read_custom, read_own
from crm.web_forms.fields import OWN_FIELDS
from crm.web_forms.questions import askable
from crm.web_forms.web_form import WebForm
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note

LONGEST_DETAILS = 20_000


def make_lead(
    tx: Transaction,
    form: WebForm,
    answers: dict[str, Answer],
    marks: dict[str, str],
    agreed: Agreed | None,
    *,
    at: str,
) -> int:
    """`at` is when it was sent."""
    lead_id = _lead_of(tx, form, answers, marks, agreed, at=at)
    origin: Origin = "lead_form" if "leadgen_id" in marks else "form"
    keep_touch(tx, origin, marks, lead_id=lead_id, at=at)
    return lead_id


def _lead_of(
    tx: Transaction,
    form: WebForm,
    answers: dict[str, Answer],
    marks: dict[str, str],
    agreed: Agreed | None,
    *,
    at: str,
) -> int:
    own = read_own(tx, answers)
    custom, odd = _custom(tx, answers)
    owner_id = _owner_in_turn(tx, form)
    client_id = client_who_asks(tx, _client(own, form, owner_id, custom["client"]))
    if agreed is not None:
        agree(tx, client_id, agreed, email=own.email, phone=own.phone, at=at)
    found = _open_lead(tx, client_id, form)
    if found is not None:
        text = _details(own, _by_label(tx, answers), marks, agreed)
        add_note(tx, NoteFields(subject="lead", subject_id=found, text=text))
        return found
    lead = {
        "title": f"{form.name}: {own.name or own.email or own.phone}"[:200],
        "client_id": client_id,
        "owner_id": owner_id,
        "pipeline_id": form.pipeline_id,
        "source": form.name[:100],
        "details": _details(own, odd, marks, agreed),
        "custom": custom["lead"],
    }
    if owner_id is not None:
        _take_turn(tx, form)
    return create_lead(tx, parse_fields(LeadFields, lead)).id


def _open_lead(tx: Transaction, client_id: int, form: WebForm) -> int | None:
    """The one that an earlier submission of this form became, whatever it is called by now."""
    found: int | None = tx.value(
        """
        SELECT min(l.id)
          FROM leads l
         WHERE l.workspace_id = :workspace_id
           AND l.client_id = :client_id
           AND l.closed_at IS NULL
           AND l.deleted_at IS NULL
           AND EXISTS (SELECT 1
                         FROM web_form_submissions s
                        WHERE s.workspace_id = :workspace_id
                          AND s.lead_id = l.id
                          AND s.form_id = :form_id)
        """,
        client_id=client_id,
        form_id=form.id,
    )
    return found


def _by_label(tx: Transaction, answers: dict[str, Answer]) -> dict[str, Answer]:
    """The answers for custom fields, which a lead that is there keeps as they are: they stand in its note."""
    known = askable(tx)
    return {
        known[name].label if name in known else name: answer
        for name, answer in answers.items()
        if name not in OWN_FIELDS
    }


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


def _details(own: OwnAnswers, odd: dict[str, Answer], marks: dict[str, str], agreed: Agreed | None) -> str:
    """All that was said, as the client may be one who is known by other values."""
    said = own.model_dump(exclude={"message"}) | {name: _as_text(answer) for name, answer in odd.items()}
    said |= {"page": marks.get("page"), "agreed to": agreed and agreed.text}
    lines = [f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in said.items() if value]
    return "\n".join([*([own.message, ""] if own.message else []), *lines])[:LONGEST_DETAILS]


def _as_text(answer: Answer) -> str:
    return answer if isinstance(answer, str) else ", ".join(answer)


def _owner_in_turn(tx: Transaction, form: WebForm) -> int | None:
    """Of those who can have records. The turn is over once they have a lead: a note takes none."""
    able = [owner_id for owner_id in form.owner_ids if _can_own(tx, owner_id)]
    if not able:
        return None
    turns = tx.value(
        """
        SELECT turns
          FROM web_forms
         WHERE workspace_id = :workspace_id
           AND id = :form_id
        """,
        form_id=form.id,
    )
    return able[int(turns) % len(able)]


def _take_turn(tx: Transaction, form: WebForm) -> None:
    tx.run(
        """
        UPDATE web_forms
           SET turns = turns + 1
         WHERE workspace_id = :workspace_id
           AND id = :form_id
        """,
        form_id=form.id,
    )


def _can_own(tx: Transaction, user_id: int) -> bool:
    try:
        check_owner(tx, user_id)
    except Invalid:
        return False
    return True
