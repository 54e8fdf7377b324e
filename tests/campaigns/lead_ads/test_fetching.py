"""Leads of forms on Meta are fetched from a real server: each once, with patience; what fails is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from crm import clock
from crm.attribution.touch import touches_of_lead
from crm.campaigns.connections.connection import Connection, get_connection
from crm.campaigns.connections.connections import change_connection
from crm.campaigns.connections.fields import ConnectionChanges
from crm.campaigns.lead_ads.arrivals import replay_arrival
from crm.campaigns.lead_ads.jobs import fetch_leads
from crm.clients.client import get_client
from crm.clients.consents import states_of
from crm.config import Settings
from crm.db.database import Database
from crm.errors import Conflict
from crm.leads.lead import Lead, get_lead
from crm.secret_key import ensure_secret_key, open_vault
from crm.web_forms.projection import project_due
from tests.support.ad_connections import add_lead_page, arrivals_of, lead_of, tell
from tests.support.ad_platform import AdPlatform, Asked, Told
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish
from tests.support.web_forms import add_web_form

GONE = {"error": {"message": "Unsupported get request.", "code": 100, "error_subcode": 33}}
EXPIRED = {"error": {"message": "The access token has expired.", "type": "OAuthException", "code": 190}}
LIMIT = {"error": {"message": "(#32) Page request limit reached", "code": 32}}


@pytest.fixture
def platform() -> Iterator[AdPlatform]:
    with AdPlatform() as server:
        yield server


class Fetcher:
    """The worker's jobs on settings that lead to the server of the test."""

    def __init__(self, db: Database, settings: Settings, cast: Cast, platform: AdPlatform) -> None:
        self.db, self.owner, self.platform = db, cast.owner, platform
        self.settings = settings.model_copy(update={"meta_ads_url": platform.url})
        self.vault = open_vault(self.settings)
        furnish(db, cast.owner)
        owners = [cast.owner.user_id, cast.colleague.user_id]
        self.form = add_web_form(db, cast.owner, owner_ids=owners, double_opt_in=True)

    def page(self, **given: object) -> Connection:
        return add_lead_page(self.db, self.owner, self.vault, self.form.id, **given)

    def run(self, page: Connection) -> list[tuple[str, str | None]]:
        fetch_leads(self.db, self.settings)
        project_due(self.db)
        return [(each.state, each.problem) for each in arrivals_of(self.db, self.owner, page)]

    def leads(self, page: Connection) -> list[Lead]:
        ids = [each.lead_id for each in arrivals_of(self.db, self.owner, page)]
        return [self.db.read(get_lead, self.owner, each) for each in ids if each is not None]


@pytest.fixture
def fetcher(db: Database, settings: Settings, cast: Cast, platform: AdPlatform) -> Fetcher:
    ensure_secret_key(settings)
    return Fetcher(db, settings, cast, platform)


def test_a_lead_becomes_what_a_web_form_makes_of_it(
    fetcher: Fetcher, cast: Cast, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(minutes=5)
    known = add_client(fetcher.db, cast.owner, name="Somebody", email="ada1@example.com")
    page = fetcher.page(consent_text="You may call me.")
    box = {"custom_disclaimer_responses": [{"checkbox_key": "call", "is_checked": ""}]}
    fetcher.platform.tell("/1", lead_of("1", which_model="Golf"))
    odd = {"full_name": "", "email": "no address", "phone_number": "+49 89 1234567", "first_name": "Bo"}
    fetcher.platform.tell("/2", lead_of("2", **odd, last_name="Li") | box)
    tell(fetcher.db, cast.owner, page, "1", "2", "1")
    assert fetcher.run(page) == [("done", None), ("done", None)]
    first, second = fetcher.leads(page)
    assert (first.client_id, first.source) == (known.id, "Website")
    assert first.details is not None and "Which model: Golf" in first.details
    assert [first.owner_id, second.owner_id] == [cast.owner.user_id, cast.colleague.user_id]
    client = fetcher.db.read(get_client, cast.owner, second.client_id or 0)
    assert (client.name, client.phone, client.email) == ("Bo Li", "+49891234567", None)
    assert second.details is not None and "Email (as given): no address" in second.details, (
        "nothing said is lost"
    )
    agreed = [
        fetcher.db.read(states_of, cast.owner, each.client_id or 0).get(f"{channel}_service")
        for each, channel in ((first, "email"), (second, "phone"))
    ]
    assert agreed == ["opted_in", None], "who left the box empty agreed to nothing"
    came = fetcher.db.read(touches_of_lead, cast.owner, first.id)[0].happened_at
    assert came == clock.as_text((clock.now() - timedelta(hours=2)).replace(microsecond=0)), (
        "not when fetched"
    )
    asked = fetcher.platform.asked[0]
    assert asked.headers["authorization"] == "Bearer t0ken" and "t0ken" not in asked.path
    tell(fetcher.db, cast.owner, page, "1")
    assert len(fetcher.run(page)) == 2 and len(fetcher.platform.asked) == 2, "a repeat is the same lead"


def test_limits_and_outages_are_waited_for(fetcher: Fetcher, cast: Cast, frozen_clock: FrozenClock) -> None:
    page = fetcher.page()
    tell(fetcher.db, cast.owner, page, "1", "2")
    fetcher.platform.tell("/1", LIMIT, 400)
    usage = '{"1": [{"type": "pages", "estimated_time_to_regain_access": 30}]}'
    fetcher.platform.tell("/1", LIMIT, 400, X_Business_Use_Case_Usage=usage)
    fetcher.platform.tell("/1", "<h1>Bad gateway</h1>", 500)
    fetcher.platform.tell("/1", {"error": {"message": "Try later", "code": 2, "is_transient": True}}, 500)
    fetcher.platform.tell("/1", "", 429, Retry_After="600")
    fetcher.platform.tell("/1", lead_of("1"))
    fetcher.platform.tell("/2", lead_of("2"))
    assert fetcher.run(page) == [("waiting", "Meta: (#32) Page request limit reached"), ("waiting", None)]
    assert fetcher.platform.paths() == ["/1"], "the page is spared while it answers so"
    for _ in range(30):
        frozen_clock.advance(minutes=5)
        states = fetcher.run(page)
    assert states == [("done", None), ("done", None)]
    assert fetcher.platform.paths().count("/1") == 6 and len(fetcher.leads(page)) == 2


def test_a_token_that_has_ended_holds_all_up_until_there_is_another(
    fetcher: Fetcher, cast: Cast, frozen_clock: FrozenClock
) -> None:
    page = fetcher.page()
    fetcher.platform.tell("/1", EXPIRED, 400)
    tell(fetcher.db, cast.owner, page, "1", "2")
    assert fetcher.run(page) == [("waiting", None)] * 2
    shown = fetcher.db.read(get_connection, cast.owner, page.id)
    assert shown.problem == "Meta: The access token has expired."
    frozen_clock.advance(minutes=10)
    fetcher.run(page)
    assert fetcher.platform.paths() == ["/1"]
    fetcher.platform.forget()
    for number in ("1", "2"):
        fetcher.platform.tell(f"/{number}", lead_of(number))
    fresh = ConnectionChanges(credentials={"access_token": "another"})
    fetcher.db.write(change_connection, cast.owner, fetcher.vault, page.id, fresh)
    assert fetcher.run(page) == [("done", None)] * 2
    assert fetcher.platform.asked[0].headers["authorization"] == "Bearer another"
    assert fetcher.db.read(get_connection, cast.owner, page.id).problem is None


def test_another_attempt_and_another_token_are_not_held_up_by_what_was_said_of_the_former(
    fetcher: Fetcher, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, answer = fetcher.page(), fetcher.platform.answer
    fresh = ConnectionChanges(credentials={"access_token": "another"})

    def change_meanwhile(asked: Asked) -> Told:
        fetcher.db.write(change_connection, cast.owner, fetcher.vault, page.id, fresh)
        return answer(asked)

    tell(fetcher.db, cast.owner, page, "1", "2")
    fetcher.platform.tell("/1", EXPIRED, 400)
    fetcher.run(page)
    (first, _second) = arrivals_of(fetcher.db, cast.owner, page)
    fetcher.db.write(replay_arrival, cast.owner, page.id, first.id)
    with monkeypatch.context() as patch:
        patch.setattr(fetcher.platform, "answer", change_meanwhile)
        fetcher.run(page)
    assert len(fetcher.platform.asked) == 2
    assert fetcher.db.read(get_connection, cast.owner, page.id).problem is None, "it was of the former token"
    fetcher.platform.forget()
    for number in ("1", "2"):
        fetcher.platform.tell(f"/{number}", lead_of(number))
    assert fetcher.run(page) == [("done", None)] * 2


def test_what_failed_is_listed_and_replayed_and_nothing_is_taken_while_it_is_off(
    fetcher: Fetcher, cast: Cast, frozen_clock: FrozenClock
) -> None:
    page = fetcher.page(active=False)
    fetcher.platform.tell("/1", GONE, 400)
    tell(fetcher.db, cast.owner, page, "1")
    assert fetcher.run(page) == [("waiting", None)] and fetcher.platform.asked == []
    fetcher.db.write(change_connection, cast.owner, fetcher.vault, page.id, ConnectionChanges(active=True))
    assert fetcher.run(page) == [("failed", "Meta: Unsupported get request.")]
    fetcher.platform.forget()
    fetcher.platform.tell("/1", lead_of("1"))
    (failed,) = arrivals_of(fetcher.db, cast.owner, page)
    fetcher.db.write(replay_arrival, cast.owner, page.id, failed.id)
    assert fetcher.run(page) == [("done", None)]
    with pytest.raises(Conflict):
        fetcher.db.write(replay_arrival, cast.owner, page.id, failed.id)
    fetcher.platform.tell("/3", "", 500)
    tell(fetcher.db, cast.owner, page, "3")
    fetcher.run(page)
    frozen_clock.advance(days=91)
    fetcher.run(page)
    assert arrivals_of(fetcher.db, cast.owner, page)[-1].state == "failed", "Meta does not have it any more"
