"""Won leads are told to real servers: each once, where clients agreed; what is unsure is left to people."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from crm.attribution.touches import keep_touch
from crm.campaigns.connections.connection import Connection, get_connection
from crm.campaigns.connections.connections import change_connection, create_connection
from crm.campaigns.connections.fields import ConnectionChanges, NewConnection
from crm.campaigns.conversions.conversions import AdConversion, list_conversions, note_counted, tell_again
from crm.campaigns.conversions.jobs import tell_conversions
from crm.clients.consent_fields import ConsentFields
from crm.clients.consents import add_consent
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import Conflict
from crm.fields import parse_fields
from crm.leads.lead import Lead
from crm.secret_key import ensure_secret_key, open_vault
from crm.web_forms.projection import project_due
from crm.web_forms.taking import Sent, take_submission
from tests.support.ad_platform import AdPlatform, Asked, Told
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish, put_card, stages_of
from tests.support.web_forms import add_web_form, submissions_of

TAKEN = {"events_received": 1, "fbtrace_id": "x"}
GOOGLE = {"client_id": "c", "client_secret": "s", "refresh_token": "r", "developer_token": "d"}
UPLOAD = "/customers/1234567890:uploadClickConversions"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def platform() -> Iterator[AdPlatform]:
    with AdPlatform() as server:
        yield server


class Teller:
    """The worker's job on settings that lead to the server of the test."""

    def __init__(self, db: Database, settings: Settings, cast: Cast, platform: AdPlatform) -> None:
        self.db, self.owner, self.platform = db, cast.owner, platform
        urls = {"meta_ads_url": platform.url, "google_ads_url": platform.url}
        self.settings = settings.model_copy(update={**urls, "google_token_url": f"{platform.url}/token"})
        self.vault = open_vault(self.settings)
        furnish(db, cast.owner)
        self.won = stages_of(db, cast.owner)["Won"].id

    def connect(self, purpose: str, **given: Any) -> Connection:
        named = {"purpose": purpose, "name": purpose, "account": "77", "credentials": {"access_token": "t"}}
        fields = parse_fields(NewConnection, {**named, **given})
        return self.db.write(create_connection, self.owner, self.vault, fields)

    def win(self, name: str, agreed: str | None = "opted_in", **clicks: str) -> Lead:
        client = add_client(
            self.db,
            self.owner,
            name=name,
            email=f" {name}@Example.com",
            phone="+498912345678",
            allow_duplicate=True,
        )
        if agreed is not None:
            said = parse_fields(ConsentFields, {"channel": "email", "purpose": "marketing", "state": agreed})
            self.db.write(add_consent, self.owner, client.id, said)
        lead = add_lead(self.db, self.owner, title=name, client_id=client.id, value=100, stage_id=self.won)
        self.db.write(keep_touch, self.owner, "ad", clicks, lead_id=lead.id)
        return lead

    def run(self, connection: Connection) -> list[AdConversion]:
        """The oldest first."""
        tell_conversions(self.db, self.settings)
        return self.db.read(list_conversions, self.owner, connection.id, limit=200).rows[::-1]

    def states(self, connection: Connection) -> list[str]:
        return [each.state for each in self.run(connection)]


@pytest.fixture
def teller(db: Database, settings: Settings, cast: Cast, platform: AdPlatform) -> Teller:
    ensure_secret_key(settings)
    return Teller(db, settings, cast, platform)


def test_meta_is_told_once_what_it_documents_and_only_of_its_own_clicks(
    teller: Teller, frozen_clock: FrozenClock
) -> None:
    teller.win("before", fbclid="X")
    frozen_clock.advance(minutes=1)
    meta = teller.connect("meta_conversions")
    teller.platform.tell("/77/events", TAKEN)
    lead = teller.win("ada", fbclid="F", ctwa_clid="C")
    teller.win("bo", None, fbclid="F")
    teller.win("cy", "opted_out", fbclid="F")
    teller.win("di", gclid="G")
    for _ in range(3):
        assert teller.states(meta) == ["told", "withheld", "withheld"]
    (asked,) = teller.platform.asked
    assert asked.headers["authorization"] == "Bearer t" and "ada" not in asked.body.decode()
    (event,) = json.loads(asked.body)["data"]
    assert event["user_data"] == {
        "em": [sha("ada@example.com")], "ph": [sha("498912345678")], "ctwa_clid": "C",
        "fbc": event["user_data"]["fbc"],
    }  # fmt: skip
    assert event["user_data"]["fbc"].startswith("fb.1.") and event["user_data"]["fbc"].endswith(".F")
    assert (event["custom_data"]["value"], event["custom_data"]["currency"]) == (100, lead.currency)


def test_google_is_told_by_the_click_and_an_order_that_it_has_is_told(teller: Teller) -> None:
    given = {"account": "123-456-7890", "credentials": GOOGLE, "options": {"conversion_action": "5"}}
    google = teller.connect("google_conversions", **given)
    teller.platform.tell("/token", {"access_token": "fresh"})
    code = {"errorCode": {"conversionUploadError": "CLICK_CONVERSION_ALREADY_EXISTS"}}
    known = {"code": 3, "message": "Exists", "details": [{"errors": [code]}]}
    teller.platform.tell(UPLOAD, {"partialFailureError": known})
    code = {"errorCode": {"conversionUploadError": "INVALID_CONVERSION_ACTION"}}
    teller.platform.tell(UPLOAD, {"partialFailureError": {"code": 3, "details": [{"errors": [code]}]}})
    teller.win("a.d.a+news", gclid="G")
    teller.win("bo", wbraid="W")
    assert teller.states(google) == ["told", "failed"]
    sent = [
        json.loads(each.body)["conversions"][0] for each in teller.platform.asked if "upload" in each.path
    ]
    assert (
        sent[0]["gclid"] == "G" and sent[0]["conversionAction"] == "customers/1234567890/conversionActions/5"
    )
    assert sent[0]["userIdentifiers"] == [
        {"hashedEmail": sha("a.d.a+news@example.com")}, {"hashedPhoneNumber": sha("+498912345678")}
    ]  # fmt: skip
    assert sent[0]["orderId"] and sent[0]["consent"]["adUserData"] == "GRANTED"
    assert sent[1]["wbraid"] == "W" and "userIdentifiers" not in sent[1]


def test_what_is_unsure_is_told_again_only_while_repeats_are_dropped(
    teller: Teller, frozen_clock: FrozenClock
) -> None:
    meta = teller.connect("meta_conversions")
    teller.platform.tell("/77/events", "<h1>Bad gateway</h1>", 502)
    teller.win("ada", fbclid="F")
    for _ in range(2):
        assert teller.states(meta) == ["waiting"]
        frozen_clock.advance(hours=2)
    ids = {json.loads(each.body)["data"][0]["event_id"] for each in teller.platform.asked}
    assert len(ids) == 1 and len(teller.platform.asked) == 2
    frozen_clock.advance(hours=47)
    assert teller.states(meta) == ["unknown"] and len(teller.platform.asked) == 2
    teller.platform.forget()
    teller.platform.tell("/77/events", TAKEN)
    (unknown,) = teller.run(meta)
    teller.db.write(tell_again, teller.owner, meta.id, unknown.id)
    assert teller.states(meta) == ["told"]
    assert json.loads(teller.platform.asked[0].body)["data"][0]["event_id"] in ids
    with pytest.raises(Conflict):
        teller.db.write(tell_again, teller.owner, meta.id, unknown.id)


def test_limits_and_tokens_are_waited_for_and_what_is_too_old_is_not_tried(
    teller: Teller, frozen_clock: FrozenClock
) -> None:
    meta = teller.connect("meta_conversions")
    teller.platform.tell("/77/events", {"error": {"message": "Limit", "code": 17}}, 400)
    teller.platform.tell("/77/events", {"error": {"message": "Expired", "code": 190}}, 400)
    teller.platform.tell("/77/events", {"error": {"message": "Bad parameter", "code": 100}}, 400)
    teller.win("ada", fbclid="F")
    assert teller.states(meta) == ["waiting"]
    frozen_clock.advance(days=3)
    assert teller.states(meta) == ["waiting"], "a limit is no unsure outcome, whenever it is told again"
    assert teller.db.read(get_connection, teller.owner, meta.id).problem == "Meta: Expired"
    frozen_clock.advance(hours=2)
    assert teller.states(meta) == ["failed"]
    asked = len(teller.platform.asked)
    teller.win("bo", fbclid="F")
    teller.platform.forget()
    teller.platform.tell("/77/events", {"error": {"message": "Expired", "code": 190}}, 400)
    assert teller.states(meta) == ["failed", "waiting"] and asked == 3
    frozen_clock.advance(days=8)
    (_, old) = teller.run(meta)
    assert old.state == "too_old" and "7 days" in str(old.problem)


@pytest.mark.parametrize("code", [190, 100])
def test_what_was_said_of_a_connection_that_was_changed_meanwhile_holds_up_nothing(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    meta, answer = teller.connect("meta_conversions"), teller.platform.answer
    fresh = ConnectionChanges(credentials={"access_token": "another"})

    def change_meanwhile(asked: Asked) -> Told:
        teller.db.write(change_connection, teller.owner, teller.vault, meta.id, fresh)
        return answer(asked)

    teller.platform.tell("/77/events", {"error": {"message": "Expired", "code": code}}, 400)
    teller.win("ada", fbclid="F")
    teller.win("bo", fbclid="F")
    with monkeypatch.context() as patch:
        patch.setattr(teller.platform, "answer", change_meanwhile)
        assert teller.states(meta) == ["waiting", "waiting"]
    assert teller.db.read(get_connection, teller.owner, meta.id).problem is None, "it was of the former token"
    teller.platform.forget()
    teller.platform.tell("/77/events", TAKEN)
    assert teller.states(meta) == ["told", "told"]
    assert {each.headers["authorization"] for each in teller.platform.asked} == {"Bearer another"}


def test_a_person_has_what_waits_told_at_once_and_answers_for_what_is_unknown(
    teller: Teller, frozen_clock: FrozenClock
) -> None:
    meta = teller.connect("meta_conversions")
    teller.platform.tell("/77/events", {"error": {"message": "Expired", "code": 190}}, 400)
    teller.platform.tell("/77/events", "<h1>Bad gateway</h1>", 502)
    teller.win("ada", fbclid="F")
    (waiting,) = teller.run(meta)
    teller.db.write(tell_again, teller.owner, meta.id, waiting.id)
    (waiting,) = teller.run(meta)
    assert len(teller.platform.asked) == 2
    with pytest.raises(Conflict):
        teller.db.write(note_counted, teller.owner, meta.id, waiting.id)
    frozen_clock.advance(hours=49)
    assert teller.states(meta) == ["unknown"]
    teller.db.write(note_counted, teller.owner, meta.id, waiting.id)
    assert teller.states(meta) == ["told"] and len(teller.platform.asked) == 2


def test_a_lead_of_a_form_is_told_where_its_consent_was_for_marketing(teller: Teller) -> None:
    meta = teller.connect("meta_conversions")
    teller.platform.tell("/77/events", TAKEN)
    for name, purposes in (("ada", ["marketing"]), ("bo", ["service"])):
        form = add_web_form(teller.db, teller.owner, name=name, consent_text="Yes", consent_purposes=purposes)
        answers = {"name": name, "email": f"{name}@example.com"}
        sent = Sent(answers, {"fbclid": name}, agreed=True, trap="", began="", key="")
        teller.db.write(take_submission, SYSTEM, form.token, sent)
        project_due(teller.db)
        (done,) = submissions_of(teller.db, teller.owner, form)
        won = stages_of(teller.db, teller.owner)["Won"]
        put_card(teller.db, teller.owner, done.lead_id or 0, won)
    assert teller.states(meta) == ["told", "withheld"]
    (event,) = json.loads(teller.platform.asked[0].body)["data"]
    assert event["user_data"]["em"] == [sha("ada@example.com")]
