"""Weeks begin on the day on which they do where the reader is, and so does work."""

import re

import pytest
from flask.testing import FlaskClient

from crm import clock
from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive, value
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import START, FrozenClock
from tests.support.leads import add_lead, furnish, stages_of
from tests.support.whatsapp import connect, text
from tests.web.pages.settings.test_formats import choose, page_of

pytestmark = pytest.mark.usefixtures("frozen_clock")


def test_the_weeks_at_home_begin_on_the_first_day_of_the_readers_weeks(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    add_client(db, cast.owner, name="Anna")
    add_lead(db, cast.owner, value=300, stage_id=stages_of(db, cast.owner)["Won"].id)
    for locale, days in ((None, "16 Nov – 21 Nov"), ("en-US", "Nov 15 – Nov 21"), ("fa-IR", "–")):
        choose(owner, locale)
        last = re.findall(r"<title> ?([^<:]*):[^<]*300[^<]*</title>", page_of(owner, "/"))[-1]
        assert days in last, (locale, last)
        assert (len(set(last.split(" – "))) == 1) == (locale == "fa-IR")


@pytest.fixture
def arrived(db: Database, cast: Cast, vault: Vault) -> None:
    furnish(db, cast.owner)
    connect(db, cast.owner, vault)
    arrive(db, vault, text("w1", "Hello"))


@pytest.mark.usefixtures("arrived")
def test_a_conversation_rests_until_work_begins_again_where_the_reader_is(
    owner: FlaskClient, db: Database
) -> None:
    for locale, name in (
        ("de-DE", "Monday"),
        ("en-US", "Monday"),
        ("ar-EG", "Sunday"),
        ("fa-IR", "Saturday"),
    ):
        choose(owner, locale)
        page = page_of(owner, "/inbox/1")
        assert f"Until {name} morning" in page and f'value="{name.lower()}"' in page
    for choice, day in (("sunday", 22), ("monday", 23), ("saturday", 28)):
        assert owner.post("/inbox/1/status", data={"until": choice}).status_code == 303
        until = clock.from_text(value(db, "SELECT snoozed_until FROM conversations"))
        assert until == START.replace(day=day, hour=9, minute=0, second=0, microsecond=0)


@pytest.mark.usefixtures("arrived")
def test_each_day_of_the_week_is_the_next_such_day(
    owner: FlaskClient, db: Database, frozen_clock: FrozenClock
) -> None:
    for days in range(7):
        owner.post("/inbox/1/status", data={"until": "monday"})
        until = clock.from_text(value(db, "SELECT snoozed_until FROM conversations"))
        assert until.weekday() == 0 and 0 < (until.date() - frozen_clock.time.date()).days <= 7, days
        frozen_clock.advance(days=1)
