"""How people came: the first touch stays, later ones stand beside it, and lead to a campaign."""

from typing import Any

import pytest

from crm.attribution.crediting import Credited, choose_campaign, credited_to
from crm.attribution.touch import Touch, first_touch, touches_of_conversation, touches_of_lead
from crm.attribution.touches import keep_touch
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.fields import CampaignFields
from crm.campaigns.late_credit import credit_late
from crm.campaigns.source_credit import credit_by_source
from crm.campaigns.trash import delete_campaign
from crm.clock import as_text, now
from crm.conversations.leads.leads import begin_lead
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound
from crm.fields import parse_fields
from crm.leads.closing import lose_lead
from crm.leads.fields import LeadChanges
from crm.leads.leads import change_lead
from crm.vault import Vault
from crm.web_forms.projection import project_due
from crm.web_forms.taking import Sent, take_submission
from tests.support.arrivals import arrive, rows, value
from tests.support.campaigns import add_corrected_campaign
from tests.support.cast import Cast
from tests.support.leads import add_lead, furnish
from tests.support.web_forms import add_web_form
from tests.support.whatsapp import KEY, connect, text

AD = {"source_type": "ad", "source_id": "700", "headline": "A red roof", "ctwa_clid": "ARclick"}


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


def add(db: Database, cast: Cast, name: str, **given: Any) -> int:
    return db.write(create_campaign, cast.owner, parse_fields(CampaignFields, {"name": name, **given})).id


def touch(db: Database, cast: Cast, lead_id: int, **marks: str) -> Touch:
    db.write(keep_touch, cast.owner, "api", marks, lead_id=lead_id)
    return db.read(touches_of_lead, cast.owner, lead_id)[-1]


def credited(db: Database, cast: Cast, lead_id: int) -> Credited:
    return db.read(credited_to, cast.owner, lead_id)


def test_each_ad_that_a_customer_came_by_is_kept_and_the_first_stays_the_first(
    db: Database, cast: Cast, vault: Vault
) -> None:
    furnish(db, cast.owner)
    add_corrected_campaign(db, cast.owner)
    connect(db, cast.owner, vault)
    arrive(db, vault, text("wamid.1", "Hello", referral=AD))
    arrive(db, vault, text("wamid.2", "Me again", referral=AD | {"source_id": "71", "ctwa_clid": "other"}))
    arrive(db, vault, text("wamid.2", "Me again", referral=AD | {"source_id": "71", "ctwa_clid": "other"}))
    lead_id, conversation_id = value(db, "SELECT id FROM leads"), value(db, "SELECT id FROM conversations")
    found = db.read(touches_of_lead, cast.owner, lead_id)
    assert [each.facts["ctwa_clid"] for each in found] == ["ARclick", "other"]
    assert [each.found_by for each in found] == ["ad", None]
    assert found == db.read(touches_of_conversation, cast.owner, conversation_id)
    assert db.read(first_touch, cast.owner, lead_id) == found[0]
    assert credited(db, cast, lead_id).campaign_name == "Spring"


def test_a_lead_that_is_begun_later_has_the_touches_that_led_to_no_other(
    db: Database, cast: Cast, vault: Vault
) -> None:
    furnish(db, cast.owner)
    connect(db, cast.owner, vault, create_leads=False)
    arrive(db, vault, text("wamid.1", "Hello", referral=AD))
    conversation_id = value(db, "SELECT id FROM conversations")
    first = db.write(begin_lead, cast.owner, conversation_id)
    db.write(lose_lead, cast.owner, first.id)
    arrive(db, vault, text("wamid.2", "Again", referral=AD | {"ctwa_clid": "second"}))
    second = db.write(begin_lead, cast.owner, conversation_id)
    told = [
        [each.facts["ctwa_clid"] for each in db.read(touches_of_lead, cast.owner, lead.id)]
        for lead in (first, second)
    ]
    assert told == [["ARclick"], ["second"]]


def test_a_form_keeps_what_its_page_told_with_the_lead_and_a_repeat_beside_it(
    db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    form = add_web_form(db, cast.owner)
    campaign_id = add(db, cast, "Search", utm_campaign="Roofs")
    for number, marks in enumerate(({"utm_campaign": "roofs", "gclid": "G1"}, {"yclid": "Y2"}, {})):
        answers = {"name": "Ada", "email": "ada@example.com"}
        sent = Sent(answers=answers, marks=marks, agreed=True, trap="", began="", key=str(number))
        db.write(take_submission, SYSTEM, form.token, sent)
    project_due(db)
    (lead_id,) = [row["id"] for row in rows(db, "SELECT id FROM leads")]
    found = db.read(touches_of_lead, cast.owner, lead_id)
    assert [(each.origin, each.facts) for each in found] == [
        ("form", {"utm_campaign": "roofs", "gclid": "G1"}),
        ("form", {"yclid": "Y2"}),
    ]
    assert credited(db, cast, lead_id) == Credited(campaign_id, "Search")


@pytest.mark.parametrize(
    ("marks", "name", "found_by"),
    [
        ({"ad_id": "700"}, "Spring", "ad"),
        ({"source_type": "ad", "source_id": "700"}, "Spring", "ad"),
        ({"ad_set_id": "70"}, "Spring", "ad_set"),
        ({"ad_campaign_id": "7"}, "Spring", "campaign"),
        ({"utm_id": "7"}, "Spring", "campaign"),
        ({"utm_campaign": "900800"}, "Numbered", "campaign"),
        ({"utm_campaign": "ROOFS", "utm_source": "google"}, "Search roofs", "utm"),
        ({"utm_campaign": "roofs", "utm_source": "facebook"}, "Social roofs", "utm"),
        ({"utm_campaign": "spring"}, "Spring", "utm"),
        ({"utm_source": "Flyer"}, "Flyer in town", "source"),
        ({"utm_campaign": "roofs", "utm_source": "bing"}, None, None),
        ({"utm_campaign": "roofs"}, None, None),
        ({"gclid": "x"}, None, None),
        ({"page": "https://example.org/?utm_campaign=spring"}, "Spring", "utm"),
    ],
)
def test_a_campaign_is_found_by_id_by_utm_values_and_by_source_and_never_guessed(
    db: Database, cast: Cast, marks: dict[str, str], name: str | None, found_by: str | None
) -> None:
    furnish(db, cast.owner)
    add_corrected_campaign(db, cast.owner)
    add(db, cast, "Numbered", platform_ids=[{"source": "meta_ads", "id": "900800"}])
    add(db, cast, "Search roofs", utm_campaign="roofs", utm_source="google")
    add(db, cast, "Social roofs", utm_campaign="roofs", utm_source="facebook")
    add(db, cast, "Flyer in town", utm_source="flyer")
    kept = touch(db, cast, add_lead(db, cast.owner).id, **marks)
    assert (kept.campaign_name, kept.found_by) == (name, found_by)


def test_a_campaign_that_comes_later_finds_its_touches_and_their_leads_once(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    lead, other = add_lead(db, cast.owner), add_lead(db, cast.owner)
    touch(db, cast, lead.id, ad_id="700")
    touch(db, cast, other.id, utm_campaign="Summer", utm_medium="email")
    since = as_text(now())
    add_corrected_campaign(db, cast.owner)
    add(db, cast, "Letters", utm_campaign="summer", utm_medium="email")
    assert credit_late(db, since) == 2
    assert [credited(db, cast, each.id).campaign_name for each in (lead, other)] == ["Spring", "Letters"]
    assert credit_late(db, "") == 0


def test_a_lead_whose_source_is_the_name_of_a_campaign_is_counted_with_it(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    before = [add_lead(db, cast.owner, source=source) for source in ("HOME fair ", "Else", "home fair")]
    touch(db, cast, before[2].id, utm_campaign="letters")
    add(db, cast, "Letters")
    assert credit_late(db, "") == 1
    since = as_text(now())
    fair = add(db, cast, "Home  Fair")
    assert credit_by_source(db, since) == 1
    assert credit_by_source(db, "") == 0
    found = [credited(db, cast, each.id) for each in before]
    assert [each.campaign_name for each in found] == ["Home  Fair", None, "Letters"]
    since = as_text(now())
    later, taken_off = add_lead(db, cast.owner, source="Home fair"), add_lead(db, cast.owner)
    db.write(choose_campaign, cast.owner, taken_off.id, fair)
    db.write(choose_campaign, cast.owner, taken_off.id, None)
    db.write(change_lead, cast.owner, taken_off.id, parse_fields(LeadChanges, {"source": "Home fair"}))
    assert credit_by_source(db, since) == 1
    assert credited(db, cast, later.id) == Credited(fair, "Home  Fair", chosen=False)
    assert credited(db, cast, taken_off.id).campaign_id is None, "a person said so"


def test_a_person_corrects_the_campaign_and_no_touch_takes_that_back(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    spring, fair = add(db, cast, "Spring"), add(db, cast, "Fair")
    lead = add_lead(db, cast.owner)
    first = touch(db, cast, lead.id, utm_campaign="spring")
    assert db.write(choose_campaign, cast.owner, lead.id, fair) == Credited(fair, "Fair", chosen=True)
    touch(db, cast, lead.id, utm_campaign="spring")
    assert credited(db, cast, lead.id).campaign_id == fair
    assert db.read(first_touch, cast.owner, lead.id) == first and first.campaign_id == spring
    db.write(choose_campaign, cast.owner, lead.id, None)
    touch(db, cast, lead.id, utm_campaign="spring")
    assert credited(db, cast, lead.id) == Credited(chosen=True)
    told = "SELECT count(*) FROM activities WHERE action = 'lead.attributed' AND entity_id = :lead_id"
    assert value(db, told, lead_id=lead.id) == 3


def test_no_lead_goes_to_a_campaign_that_is_not_there(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    lead, gone = add_lead(db, cast.owner), add(db, cast, "Gone")
    db.write(delete_campaign, cast.owner, gone)
    for campaign_id in (gone, 999):
        with pytest.raises(Invalid):
            db.write(choose_campaign, cast.owner, lead.id, campaign_id)
    with pytest.raises(NotFound):
        db.write(choose_campaign, cast.outsider, lead.id, None)
    assert touch(db, cast, lead.id, utm_campaign="Gone").campaign_id is None


def _run(tx: Transaction, sql: str) -> None:
    tx.run(sql)


def test_touches_are_append_only(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    add(db, cast, "Spring")
    lead = add_lead(db, cast.owner)
    touch(db, cast, lead.id, utm_campaign="spring")
    changes = (
        "facts = '[]'",
        "lead_id = NULL",
        "campaign_id = NULL",
        "happened_at = '2026-01-01T00:00:00.000Z'",
    )
    for sql in (*(f"UPDATE touches SET {change}" for change in changes), "DELETE FROM touches"):
        with pytest.raises(Exception, match="contradicts") as caught:
            db.write(_run, SYSTEM, sql)
        assert "append-only" in getattr(caught.value, "detail", ""), sql
