"""From submission to lead: failures are kept and tried again, owners take turns, matching clients are one."""

import pytest

from crm.clients.consents import list_consents, states_of
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import Conflict
from crm.fields import parse_fields
from crm.leads.lead import get_lead
from crm.web_forms import leads as made_of
from crm.web_forms.fields import WebFormChanges
from crm.web_forms.projection import MOST_ATTEMPTS, project_due
from crm.web_forms.submission import accept_submission, discard_submission
from crm.web_forms.taking import Sent, take_submission
from crm.web_forms.web_form import WebForm
from crm.web_forms.web_forms import change_web_form
from crm.work.notes import list_notes
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish, patch_lead, put_card, stages_of
from tests.support.web_forms import add_web_form, submissions_of


def send(db: Database, form: WebForm, name: str = "Ada", **given: str) -> None:
    answers = {"name": name, "email": f"{name.lower()}@example.com", **given}
    sent = Sent(answers=answers, marks={}, agreed=True, trap="", began="", key="")
    db.write(take_submission, SYSTEM, form.token, sent)


@pytest.fixture
def form(db: Database, cast: Cast) -> WebForm:
    furnish(db, cast.owner)
    return add_web_form(db, cast.owner, owner_ids=[cast.owner.user_id, cast.colleague.user_id])


def test_owners_take_turns_and_a_known_client_stays_as_it_is(db: Database, cast: Cast, form: WebForm) -> None:
    known = add_client(db, cast.owner, name="Somebody", email="ada@example.com")
    for name in ("Ada", "Bo", "Cy"):
        send(db, form, name)
    assert project_due(db) == 3
    leads = [
        db.read(get_lead, cast.owner, each.lead_id or 0) for each in submissions_of(db, cast.owner, form)
    ]
    turns = [cast.owner.user_id, cast.colleague.user_id, cast.owner.user_id]
    assert [lead.owner_id for lead in leads] == turns
    assert leads[0].client_id == known.id and leads[0].client_name == "Somebody"
    assert len({lead.client_id for lead in leads}) == 3


def test_a_defect_is_tried_again_then_failed_and_replayed_by_a_person(
    db: Database, cast: Cast, form: WebForm, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken rule")

    send(db, form)
    with monkeypatch.context() as patch:
        patch.setattr(made_of, "create_lead", broken)
        for _ in range(MOST_ATTEMPTS):
            project_due(db)
            frozen_clock.advance(hours=2)
    (failed,) = submissions_of(db, cast.owner, form)
    assert failed.state == "failed" and failed.reason == "RuntimeError: broken rule"
    db.write(accept_submission, cast.owner, form.id, failed.id)
    assert project_due(db) == 1
    (done,) = submissions_of(db, cast.owner, form)
    assert done.state == "done" and done.lead_id is not None
    with pytest.raises(Conflict):
        db.write(accept_submission, cast.owner, form.id, done.id)
    with pytest.raises(Conflict):
        db.write(discard_submission, cast.owner, form.id, done.id)


def test_whoever_sends_a_form_again_adds_a_note_to_the_lead_that_is_open(
    db: Database, cast: Cast, form: WebForm
) -> None:
    given = {"kind": "lead", "label": "Budget", "field_type": "number"}
    budget = db.write(create_custom_field, cast.owner, parse_fields(NewCustomField, given))
    asked = [{"name": "name"}, {"name": "email", "required": True}, {"name": f"lead.{budget.key}"}]
    owners = [cast.owner.user_id, cast.colleague.user_id]
    other = add_web_form(db, cast.owner, name="Offer", asked=asked, owner_ids=owners)
    send(db, other, "Ada")
    project_due(db)
    (first,) = submissions_of(db, cast.owner, other)
    patch_lead(db, cast.owner, first.lead_id or 0, {"title": "A red car"})
    send(db, other, "Ada L.", email="ada@example.com", **{f"lead.{budget.key}": "20"})
    send(db, form, "Ada")
    project_due(db)
    lead_ids = [each.lead_id for each in submissions_of(db, cast.owner, other)]
    assert lead_ids == [first.lead_id] * 2, "another name, and another title of the lead, change nothing"
    (note,) = db.read(list_notes, cast.owner, "lead", first.lead_id or 0, limit=10).rows
    assert "Name: Ada L." in note.text and "Budget: 20" in note.text, "nothing said is lost"
    (of_other_form,) = submissions_of(db, cast.owner, form)
    assert of_other_form.lead_id not in lead_ids
    put_card(db, cast.owner, first.lead_id or 0, stages_of(db, cast.owner)["Won"])
    send(db, other, "Ada")
    project_due(db)
    third = submissions_of(db, cast.owner, other)[-1].lead_id
    assert third not in {*lead_ids, of_other_form.lead_id}
    second_owner = db.read(get_lead, cast.owner, third or 0).owner_id
    assert second_owner == cast.colleague.user_id, "the note took no turn"


def test_a_consent_is_for_what_the_form_said_when_it_was_sent(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    purposes = ["service", "marketing"]
    both = add_web_form(db, cast.owner, consent_text="Offers, too.", consent_purposes=purposes)
    send(db, both)
    said = WebFormChanges(consent_text="Answer me.", consent_purposes=["service"])
    db.write(change_web_form, cast.owner, both.id, said)
    send(db, both, "Bo")
    frozen_clock.advance(hours=1)
    project_due(db)
    told = [(each.consent_text, each.consent_purposes) for each in submissions_of(db, cast.owner, both)]
    assert told == [("Offers, too.", ["marketing", "service"]), ("Answer me.", ["service"])]
    clients = [db.read(get_lead, cast.owner, each.lead_id or 0).client_id
               for each in submissions_of(db, cast.owner, both)]  # fmt: skip
    agreed = [db.read(states_of, cast.owner, each or 0) for each in clients]
    assert agreed == [
        {"email_marketing": "opted_in", "email_service": "opted_in"}, {"email_service": "opted_in"}
    ]  # fmt: skip
    came = submissions_of(db, cast.owner, both)[0].received_at
    said_at = [each.at for each in db.read(list_consents, cast.owner, clients[0] or 0, limit=9).rows]
    assert said_at == [came, came], "not when the worker came to it"
