"""Erasing a person who came by a form on Meta: nothing that they said is left or comes again."""

import pytest

from crm.appliance.erasing import ClientErasure, erase_client
from crm.appliance.erasures import finish_erasures
from crm.campaigns.lead_ads.jobs import fetch_leads
from crm.config import Settings
from crm.db.database import Database
from crm.leads.lead import get_lead
from crm.secret_key import ensure_secret_key, open_vault
from crm.web_forms import projection
from crm.web_forms.projection import project_due
from tests.support.ad_connections import add_lead_page, arrivals_of, lead_of, tell
from tests.support.ad_platform import AdPlatform
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.erasing import left_in_files
from tests.support.leads import furnish

NAME, EMAIL = "Zoltan Quixotry", "zq.lead@erase.example"
WORDS = (NAME, EMAIL, "quagga-answer", "okapi-answer", "winter-of-zoltan")


def refuse(*_: object, **__: object) -> int:
    raise LookupError(f"no lead for {NAME}")


def test_all_that_a_person_said_in_a_form_on_meta_is_erased_and_does_not_come_again(
    db: Database, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_secret_key(settings)
    furnish(db, cast.owner)
    with AdPlatform() as platform:
        there = settings.model_copy(update={"meta_ads_url": platform.url})
        page = add_lead_page(db, cast.owner, open_vault(there), name="Page")
        said = {"full_name": NAME, "email": EMAIL}
        platform.tell(
            "/1", lead_of("1", **said, which_model="quagga-answer") | {"ad_name": "winter-of-zoltan"}
        )
        platform.tell("/2", lead_of("2", **said, which_model="okapi-answer"))
        tell(db, cast.owner, page, "1")
        assert fetch_leads(db, there) == 1 and project_due(db) == 1
        tell(db, cast.owner, page, "2")
        with monkeypatch.context() as broken:
            broken.setattr(projection, "make_lead", refuse)
            assert fetch_leads(db, there) == 1 and project_due(db) == 1
        first, second = arrivals_of(db, cast.owner, page)
        assert first.lead_id is not None and second.lead_id is None
        client_id = db.read(get_lead, cast.owner, first.lead_id).client_id
        assert client_id is not None
        db.write(erase_client, cast.owner, settings, client_id, ClientErasure())
        assert finish_erasures(db, settings)
        tell(db, cast.owner, page, "1", "2")
        fetch_leads(db, there)
        project_due(db)
    kept = rows(db, "SELECT payload, problem, state FROM lead_ad_arrivals")
    assert [dict(each) for each in kept] == [{"payload": "{}", "problem": None, "state": "done"}] * 2
    db.close()
    assert left_in_files(settings, WORDS) == {}
