"""What clients agree to: a history that only grows, of which the latest said holds."""

from typing import Any

import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.undo import undo_activity
from crm.clients.client import get_client
from crm.clients.consent_fields import ConsentFields
from crm.clients.consents import Consent, add_consent, list_consents, states_of
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid, NotFound
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.merges import merge, unmerge

EARLIER, LATER = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"


def enter(db: Database, who: Actor, client_id: int, state: str, **given: Any) -> Consent:
    fields = {"channel": "whatsapp", "state": state, **given}
    return db.write(add_consent, who, client_id, parse_fields(ConsentFields, fields))


def states(db: Database, who: Actor, client_id: int) -> dict[str, str]:
    return db.read(states_of, who, client_id)


def test_the_latest_said_holds_in_whatever_order_it_is_entered(db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    enter(db, cast.owner, ada.id, "opted_out", at=LATER, note="said STOP")
    old = enter(db, cast.owner, ada.id, "opted_in", at=EARLIER, source="form")
    assert (old.is_present, states(db, cast.owner, ada.id)) == (False, {"whatsapp_marketing": "opted_out"})
    now = enter(db, cast.owner, ada.id, "opted_in")
    assert (now.is_present, now.actor_id, now.source) == (True, cast.owner.user_id, "api")
    history = db.read(list_consents, cast.owner, ada.id, limit=10).rows
    assert [(each.state, each.is_present) for each in history] == [
        ("opted_in", True),
        ("opted_in", False),
        ("opted_out", False),
    ]
    (shown,) = db.read(get_client, cast.owner, ada.id).consents
    assert (shown.channel, shown.purpose, shown.state) == ("whatsapp", "marketing", "opted_in")


def test_channels_and_purposes_are_apart_and_unknown_takes_back(db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    enter(db, cast.owner, ada.id, "opted_in", channel="email", purpose="service")
    enter(db, cast.owner, ada.id, "opted_out", channel="email")
    enter(db, cast.owner, ada.id, "unknown", channel="email")
    assert states(db, cast.owner, ada.id) == {"email_service": "opted_in"}
    assert len(db.read(get_client, cast.owner, ada.id).consents) == 1


def test_what_is_entered_can_be_undone_by_a_further_entry(db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    enter(db, cast.owner, ada.id, "opted_in")
    enter(db, cast.owner, ada.id, "opted_out")
    latest, first = db.read(
        list_activities, cast.owner, ActivityFilter(action="client.consent_changed"), limit=5
    ).rows
    with pytest.raises(Conflict, match="changed again"):
        db.write(undo_activity, cast.owner, first.id)
    db.write(undo_activity, cast.owner, latest.id)
    assert states(db, cast.owner, ada.id) == {"whatsapp_marketing": "opted_in"}
    assert db.read(list_consents, cast.owner, ada.id, limit=5).rows[0].source == "undo"


def test_nothing_of_the_history_can_be_rewritten(db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    enter(db, cast.owner, ada.id, "opted_out")
    rewritten = "UPDATE client_consents SET state = 'opted_in' WHERE workspace_id = :workspace_id"
    with pytest.raises(Exception, match="contradicts") as caught:
        db.write(lambda tx: tx.run(rewritten), cast.owner)
    assert "append-only" in getattr(caught.value, "detail", "")


def test_a_time_to_come_and_other_workspaces_are_refused(db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    with pytest.raises(Invalid, match="future"):
        enter(db, cast.owner, ada.id, "opted_in", at="2199-01-01T00:00:00Z")
    for refused in (
        lambda: enter(db, cast.outsider, ada.id, "opted_in"),
        lambda: db.read(list_consents, cast.outsider, ada.id, limit=5),
    ):
        with pytest.raises(NotFound):
            refused()
    assert db.read(list_consents, cast.owner, ada.id, limit=5).rows == []


def test_lists_are_filtered_by_who_may_be_contacted(db: Database, cast: Cast) -> None:
    ada, bo, cy = (add_client(db, cast.owner, name=name) for name in ("Ada", "Bo", "Cy"))
    enter(db, cast.owner, ada.id, "opted_in")
    enter(db, cast.owner, bo.id, "opted_in", at=EARLIER)
    enter(db, cast.owner, bo.id, "opted_out")
    enter(db, cast.owner, cy.id, "opted_in", channel="email")

    def found(condition: str) -> list[str]:
        wanted = ClientFilter(filter=condition)
        return [each.name for each in db.read(list_clients, cast.owner, wanted, sort="name", limit=9).rows]

    about = '"value": "whatsapp_marketing"'
    assert found(f'{{"field": "may_contact", "op": "is", {about}}}') == ["Ada"]
    assert found(f'{{"field": "opted_out", "op": "is", {about}}}') == ["Bo"]
    assert found(f'{{"field": "opted_out", "op": "is_not", {about}}}') == ["Ada", "Cy"]
    assert found('{"field": "may_contact", "op": "is_empty"}') == ["Bo"]
    assert found('{"field": "may_contact", "op": "is_not_empty"}') == ["Ada", "Cy"]
    either = '["email_marketing", "whatsapp_marketing"]'
    assert found(f'{{"field": "may_contact", "op": "is_any_of", "value": {either}}}') == ["Ada", "Cy"]
    with pytest.raises(Invalid):
        found('{"field": "may_contact", "op": "is", "value": "fax_marketing"}')


@pytest.mark.parametrize("out_first", [True, False])
def test_a_merge_makes_no_consent_of_an_opt_out_and_both_histories_are_kept(
    db: Database, cast: Cast, *, out_first: bool
) -> None:
    winner, loser = add_client(db, cast.owner, name="Ada"), add_client(db, cast.owner, name="A. Ada")
    enter(db, cast.owner, winner.id, "opted_in", at=LATER if out_first else EARLIER)
    enter(db, cast.owner, loser.id, "opted_out", at=EARLIER if out_first else LATER)
    enter(db, cast.owner, loser.id, "opted_in", channel="email")
    merged = merge(db, cast.owner, winner, loser)
    both = {"whatsapp_marketing": "opted_out", "email_marketing": "opted_in"}
    assert states(db, cast.owner, winner.id) == both
    assert len(db.read(list_consents, cast.owner, winner.id, limit=9).rows) == 3
    separated = unmerge(db, cast.owner, merged)
    assert states(db, cast.owner, winner.id) == {"whatsapp_marketing": "opted_in"}
    assert states(db, cast.owner, separated.other.id) == both


def test_what_is_said_after_a_merge_holds(db: Database, cast: Cast) -> None:
    winner, loser = add_client(db, cast.owner, name="Ada"), add_client(db, cast.owner, name="A. Ada")
    enter(db, cast.owner, winner.id, "opted_in", at=LATER)
    enter(db, cast.owner, loser.id, "opted_out", at=EARLIER)
    merged = merge(db, cast.owner, winner, loser)
    enter(db, cast.owner, winner.id, "opted_in")
    assert states(db, cast.owner, winner.id) == {"whatsapp_marketing": "opted_in"}
    other = unmerge(db, cast.owner, merged).other
    assert states(db, cast.owner, other.id) == {"whatsapp_marketing": "opted_out"}
