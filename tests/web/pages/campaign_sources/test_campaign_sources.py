"""Sources of figures in the settings and by the API: added, changed, run, deleted, never told."""

import re

import pytest
from flask.testing import FlaskClient

from crm.campaigns.platforms.known import PLATFORMS

META = {
    "platform": "meta_ads",
    "name": "Shop",
    "account": "act_1",
    "credentials": {"access_token": "s3cr3t"},
}


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_source_lives_on_pages(owner: FlaskClient) -> None:
    for name in PLATFORMS:
        assert owner.get(f"/settings/campaign-sources/new/{name}").status_code == 200
    assert owner.get("/settings/campaign-sources/new/nothing").status_code == 404
    form = {"name": "Shop", "account": "act_1", "credentials.access_token": "s3cr3t", "lookback_days": "14",
            "time_zone": "Europe/Berlin", "active": "1"}  # fmt: skip
    bad = owner.post("/settings/campaign-sources/new/meta_ads", data={**form, "lookback_days": "40"})
    assert bad.status_code == 422
    made = owner.post("/settings/campaign-sources/new/meta_ads", data=form)
    assert made.status_code == 303
    page = owner.get(made.location).get_data(as_text=True)
    assert "Not collected yet" in page and "s3cr3t" not in page
    edit = owner.get(f"{made.location}/edit").get_data(as_text=True)
    assert "s3cr3t" not in edit and 'value="14"' in edit
    changed = {**form, "name": "Shop 2", "credentials.access_token": "", "version": version_in(edit)}
    assert owner.post(f"{made.location}/edit", data=changed).status_code == 303
    assert owner.post(f"{made.location}/edit", data={**changed, "name": "Late"}).status_code == 412
    assert owner.post(f"{made.location}/run").status_code == 303
    page = owner.get(made.location).get_data(as_text=True)
    assert "Shop 2" in page
    deleted = owner.post(f"{made.location}/delete", data={"version": version_in(page)})
    assert deleted.status_code == 303
    assert "Restore" in owner.get("/settings/campaign-sources").get_data(as_text=True)
    assert owner.post(f"{made.location}/restore").status_code == 303


def test_a_source_lives_by_the_api(owner: FlaskClient, outsider: FlaskClient, viewer: FlaskClient) -> None:
    made = owner.post("/api/kpis/sources", json=META)
    assert made.status_code == 201 and b"s3cr3t" not in made.data
    assert outsider.get(made.location).status_code == 404
    assert viewer.get(made.location).status_code == 403
    changed = owner.patch(made.location, json={"lookback_days": 28}).get_json()["data"]
    assert (changed["lookback_days"], changed["state"]) == (28, "new")
    assert owner.post(f"{made.location}/run").status_code == 200
    owner.patch(made.location, json={"active": False})
    assert owner.post(f"{made.location}/run").status_code == 409
    assert owner.get(f"{made.location}/runs").get_json() == {"data": [], "page": {"next": None}}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lookback_days": 2}, "lookback_days"),
        ({"lookback_days": True}, "lookback_days"),
        ({"platform": "other"}, "platform"),
        ({"credentials": {"access_token": "a\nb"}}, "credentials.access_token"),
        ({"credentials": {"access_token": 5}}, "credentials.access_token"),
        ({"credentials": []}, "credentials"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"account": None}, "account"),
    ],
)
def test_bad_sources_are_refused_by_their_field(
    owner: FlaskClient, given: dict[str, object], field: str
) -> None:
    refused = owner.post("/api/kpis/sources", json={**META, **given})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, field)
    assert owner.get("/api/kpis/sources").get_json()["data"] == []
