"""A custom field of many records is set from the bar of their list, undone in one, and refused by name."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.records import many
from crm.web.lists import bulk
from tests.support.cast import Cast
from tests.support.leads import furnish

KINDS: dict[str, tuple[dict[str, Any], ...]] = {
    "client": ({"name": "Anna"}, {"name": "Bert"}),
    "lead": ({"title": "Roof"}, {"title": "Wall"}),
    "product": ({"name": "Wax"}, {"name": "Oil"}),
    "campaign": ({"name": "Spring"}, {"name": "Autumn"}),
    "vehicle": tuple({"make": "Fiat", "model": str(each), "year": 2020} for each in (500, 600)),
}


def make(browser: FlaskClient, path: str, **given: Any) -> int:
    answer = browser.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_json()
    return int(answer.get_json()["data"]["id"])


def sizes(browser: FlaskClient, path: str) -> list[Any]:
    rows = browser.get(f"/api/{path}?sort=created_at").get_json()["data"]
    return [row["custom"]["size"] for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_ticked_records_of_all_kinds_get_the_value_and_lose_it_again(
    db: Database, cast: Cast, owner: FlaskClient, kind: str
) -> None:
    furnish(db, cast.owner)
    path = f"{kind}s"
    make(owner, "custom-fields", kind=kind, label="Size", field_type="number")
    ids = [str(make(owner, path, **given)) for given in KINDS[kind]]
    assert '<option value="custom.size">Size</option>' in owner.get(f"/{path}").get_data(as_text=True)
    chosen = {"change": "custom", "custom_field": "custom.size", "id": ids}
    page = owner.post(f"/{path}/bulk", data=chosen).get_data(as_text=True)
    assert 'name="custom.size"' in page
    assert f'name="id" value="{",".join(ids)}"' in page
    saved = owner.post(
        f"/{path}/bulk", data={"change": "custom.size", "id": ",".join(ids), "custom.size": "2,5"}
    )
    assert saved.status_code == 303
    assert sizes(owner, path) == [2.5, 2.5]
    done = owner.get(saved.location).get_data(as_text=True)
    (undo,) = set(re.findall(r'action="([^"]*/operations/\d+/undo)"', done))
    owner.post(html.unescape(undo), data={"back": f"/{path}"})
    assert sizes(owner, path) == [None, None]


def test_what_does_not_fit_changes_nothing_and_names_the_record(owner: FlaskClient) -> None:
    make(owner, "custom-fields", kind="client", label="Size", field_type="number")
    anna = make(owner, "clients", name="Anna")
    wrong = {"change": "custom.size", "id": str(anna), "custom.size": "much"}
    page = owner.post("/clients/bulk", data=wrong, follow_redirects=True).get_data(as_text=True)
    assert "Anna" in page
    assert "must be a number" in page.lower() or "is not a number" in page.lower()
    assert sizes(owner, "clients") == [None]
    for change in ("custom.gone", "custom.size:{", "custom"):
        assert owner.post("/clients/bulk", data={"change": change, "id": str(anna)}).status_code in {303, 400}
    assert sizes(owner, "clients") == [None]


def test_all_that_match_get_the_value_in_steps(owner: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST", 2)
    monkeypatch.setattr(bulk, "MOST", 2)
    make(owner, "custom-fields", kind="client", label="Size", field_type="number")
    for name in ("Anna", "Bert", "Carl"):
        make(owner, "clients", name=name, city="Berlin")
    form = {"change": "custom.size", "all": "1", "id": "", "custom.size": "7"}
    page = owner.post("/clients/bulk?city=Berlin", data=form).get_data(as_text=True)
    assert "Size: 7" in page
    main = page.split("<main", 1)[-1]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
    for _step in range(5):
        sent = {name: html.unescape(value) for name, value in hidden.items()}
        page = owner.post("/clients/bulk/all?city=Berlin", data=sent).get_data(as_text=True)
        main = page.split("<main", 1)[-1]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
        if sizes(owner, "clients") == [7, 7, 7]:
            break
    assert sizes(owner, "clients") == [7, 7, 7]
