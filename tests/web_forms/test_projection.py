"""From submission to lead: failures are kept and tried again, owners take turns, matching clients are one."""

import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import Conflict
from crm.leads.lead import get_lead
from crm.web_forms import leads as made_of
from crm.web_forms.projection import MOST_ATTEMPTS, project_due
from crm.web_forms.submission import accept_submission, discard_submission
from crm.web_forms.taking import Sent, take_submission
from crm.web_forms.web_form import WebForm
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish
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
