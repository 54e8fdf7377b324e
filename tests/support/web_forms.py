"""Web forms for tests."""

from typing import Any

from crm.accounts.credentials import new_secret
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.web_forms.fields import NewWebForm
from crm.web_forms.submission import Submission, list_submissions
from crm.web_forms.taking import Sent, take_submission
from crm.web_forms.web_form import WebForm
from crm.web_forms.web_forms import create_web_form

ASKED = [
    {"name": "name", "required": True},
    {"name": "email", "required": True},
    {"name": "phone"},
    {"name": "message"},
]


def add_web_form(db: Database, who: Actor, **given: Any) -> WebForm:
    fields = parse_fields(NewWebForm, {"name": "Website", "asked": ASKED, **given})
    return db.write(create_web_form, who, fields, new_secret())


def submissions_of(db: Database, who: Actor, form: WebForm) -> list[Submission]:
    """The oldest first."""
    return db.read(list_submissions, who, form.id, limit=200).rows[::-1]


def add_odd_web_form(db: Database, owner: Actor, name: str) -> dict[str, list[int]]:
    """As a form holds it, with a submission that a person has to look at."""
    given = {"thanks_url": "https://example.org/a?b=c&d='e'", "owner_ids": [owner.user_id]}
    form = add_web_form(
        db, owner, name=name, intro=f" {name}\n{name} ", sites=["https://example.org"], **given
    )
    answers = {"name": name, "email": "odd@example.com"}
    sent = Sent(answers, {"page": name}, agreed=True, trap="filled", began="", key="")
    db.write(take_submission, SYSTEM, form.token, sent)
    return {"form_id": [form.id], "submission_id": [submissions_of(db, owner, form)[0].id]}
