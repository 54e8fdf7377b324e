"""How leads came, as the API and the pages say it: told with a new one, corrected by a person."""

import html
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.campaigns import add_campaign
from tests.support.cast import Cast
from tests.support.leads import furnish

TOLD = {
    "utm_source": "google",
    "utm_campaign": "roofs",
    "gclid": "G1",
    "page": "https://a.example/?fbclid=F1",
}


@pytest.fixture(autouse=True)
def pipeline(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


def add(owner: FlaskClient, **given: Any) -> int:
    answer = owner.post("/api/leads", json={"title": "Roof", **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def attribution(owner: FlaskClient, lead_id: int) -> Any:
    return owner.get(f"/api/leads/{lead_id}/attribution").get_json()["data"]


def test_a_new_lead_tells_how_it_came_alone_with_its_customer_and_among_many(owner: FlaskClient) -> None:
    campaign_id = add_campaign(owner, "Search", utm_campaign="roofs")
    pair = {"customer_phone": "+4915112345678", **TOLD}
    many = owner.post(
        "/api/leads/bulk", json={"operations": [{"op": "create", "fields": {"title": "x", **TOLD}}]}
    )
    for lead_id in (add(owner, **TOLD), add(owner, **pair), many.get_json()["data"][0]["id"]):
        found = attribution(owner, lead_id)
        assert found["first_touch"]["facts"] == TOLD | {"fbclid": "F1"}
        assert found["campaign"] == {"campaign_id": campaign_id, "campaign_name": "Search", "chosen": False}
    again = owner.post("/api/leads", json=pair | {"gclid": "G2"}).get_json()["data"]
    found = attribution(owner, again["id"])
    assert [each["facts"]["gclid"] for each in found["later_touches"]] == ["G2"]
    told = owner.get(f"/api/conversations/{again['conversation_id']}/touches").get_json()["data"]
    assert told == [found["first_touch"], *found["later_touches"]]


def test_a_lead_that_tells_nothing_has_no_touch(owner: FlaskClient) -> None:
    lead_id = add(owner, referrer="https://a.example/", gclid="  ")
    assert attribution(owner, lead_id) == {
        "campaign": {"campaign_id": None, "campaign_name": None, "chosen": False},
        "first_touch": None,
        "later_touches": [],
    }


@pytest.mark.parametrize("odd", ["x" * 501, 7, "a\x00b", "\ud800", ["x"]])
def test_an_odd_click_id_is_refused_by_its_name_and_nothing_is_stored(
    owner: FlaskClient, odd: object
) -> None:
    answer = owner.post("/api/leads", json={"title": "Roof", "gclid": odd})
    assert answer.status_code in {400, 422}
    if answer.status_code == 422:
        assert [each["field"] for each in answer.get_json()["errors"]] == ["gclid"]
    assert owner.get("/api/leads").get_json()["data"] == []


def test_a_person_corrects_the_campaign_by_api_and_page(owner: FlaskClient) -> None:
    search, fair = add_campaign(owner, "Search", utm_campaign="roofs"), add_campaign(owner, "Fair")
    lead_id = add(owner, **TOLD)
    answer = owner.put(f"/api/leads/{lead_id}/campaign", json={"campaign_id": fair})
    assert answer.get_json()["data"] == {"campaign_id": fair, "campaign_name": "Fair", "chosen": True}
    page = html.unescape(owner.get(f"/leads/{lead_id}").get_data(as_text=True))
    assert "First touch" in page and "G1" in page and f'href="/campaigns/{fair}"' in page
    owner.post(f"/leads/{lead_id}/campaign", data={"campaign_id": str(search)})
    assert attribution(owner, lead_id)["campaign"]["campaign_id"] == search
    owner.post(f"/leads/{lead_id}/campaign", data={"campaign_id": ""})
    assert attribution(owner, lead_id)["campaign"] == {
        "campaign_id": None,
        "campaign_name": None,
        "chosen": True,
    }
    for given, status in (({"campaign_id": 999}, 422), ({}, 422), ({"campaign_id": "x"}, 422)):
        assert owner.put(f"/api/leads/{lead_id}/campaign", json=given).status_code == status
    assert owner.put("/api/leads/999/campaign", json={"campaign_id": fair}).status_code == 404


def test_a_person_adds_how_a_lead_came_and_takes_it_back_by_api_and_page(owner: FlaskClient) -> None:
    search, fair = add_campaign(owner, "Search", utm_campaign="roofs"), add_campaign(owner, "Fair")
    lead_id = add(owner, **TOLD)
    earlier = {"campaign_id": fair, "happened_at": "2020-01-02T10:00:00Z"}
    added = owner.post(f"/api/leads/{lead_id}/touches", json=earlier)
    assert added.status_code == 201, added.get_data(as_text=True)
    touch = added.get_json()["data"]
    assert (touch["origin"], touch["found_by"], touch["campaign_name"]) == ("hand", "person", "Fair")
    found = attribution(owner, lead_id)
    assert (found["campaign"]["campaign_id"], found["later_touches"]) == (search, [touch]), "the first stays"
    told = found["first_touch"]["id"]
    assert owner.delete(f"/api/leads/{lead_id}/touches/{told}").status_code == 409, "it was told"
    assert owner.delete(f"/api/leads/{lead_id}/touches/{touch['id']}").status_code == 204
    assert owner.delete(f"/api/leads/{lead_id}/touches/{touch['id']}").status_code == 404
    found = attribution(owner, lead_id)
    assert (found["campaign"]["campaign_id"], found["later_touches"]) == (search, [])
    sent = {"campaign_id": str(fair), "day": "2020-01-02", "utm_source": "stand"}
    assert owner.post(f"/leads/{lead_id}/touches", data=sent).status_code == 303
    (touch,) = attribution(owner, lead_id)["later_touches"]
    page = owner.get(f"/leads/{lead_id}").get_data(as_text=True)
    assert "Added by hand" in page and f"/touches/{touch['id']}/withdraw" in page
    owner.post(f"/leads/{lead_id}/touches/{touch['id']}/withdraw")
    assert attribution(owner, lead_id)["campaign"]["campaign_id"] == search
    untold = add(owner, title="By hand")
    owner.post(f"/api/leads/{untold}/touches", json=earlier)
    assert attribution(owner, untold)["campaign"]["campaign_id"] == fair, "where nothing was told"
    said = owner.get("/activity").get_data(as_text=True)
    assert "took back how a lead came" in said and "added how a lead came" in said


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "campaign_id"),
        ({"referrer": "https://a.example"}, "campaign_id"),
        ({"campaign_id": 999}, "campaign_id"),
        ({"utm_source": "x", "happened_at": "2190-01-01T00:00:00Z"}, "happened_at"),
        ({"utm_source": "x", "happened_at": "soon"}, "happened_at"),
        ({"utm_source": "x" * 201}, "utm_source"),
    ],
)
def test_a_touch_that_tells_nothing_or_cannot_be_is_refused_by_its_field(
    owner: FlaskClient, given: dict[str, Any], field: str
) -> None:
    lead_id = add(owner)
    answer = owner.post(f"/api/leads/{lead_id}/touches", json=given)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]
    sent = {"day": "2190-01-01", "utm_source": "x"}
    assert owner.post(f"/leads/{lead_id}/touches", data=sent).status_code == 422
    assert attribution(owner, lead_id)["first_touch"] is None
