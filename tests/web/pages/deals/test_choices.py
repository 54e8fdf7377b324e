"""Any vehicle, lead and product can be chosen in the form of a deal, however many there are."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.web.requests.picking import FOUND
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.page_forms import forms_of

PATH = "/deals/new"
OF = {"vehicle": "vehicle_id", "lead": "lead_id", "product": "product"}


@pytest.fixture
def owner(prepared: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    furnish(db, cast.owner)
    with running_app(prepared) as app:
        yield client_of(app, db, cast.owner)


def made(owner: FlaskClient, kind: str, **given: Any) -> int:
    answer = owner.post(f"/api/{kind}s", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def of_each(owner: FlaskClient, number: int) -> dict[str, int]:
    return {
        "vehicle": made(owner, "vehicle", year=2020, make="Fiat", model="Uno", stock_number=f"S-{number}"),
        "lead": made(owner, "lead", title=f"Roof {number}"),
        "product": made(owner, "product", name=f"Mats {number}", sku=f"M-{number}", price=9, currency="USD"),
    }


def form_in(page: str) -> dict[str, str]:
    return next(each.values.to_dict() for each in forms_of(page) if each.action == PATH)


def test_the_oldest_of_many_is_found_by_number_or_name(owner: FlaskClient) -> None:
    oldest = of_each(owner, 1000)
    for number in range(FOUND):
        of_each(owner, number)
    for kind, words in (("vehicle", "S-1000"), ("lead", "Roof 1000"), ("product", "M-1000")):
        chosen = f'data-value="{oldest[kind]}"'
        newest = owner.get(f"/{kind}s/suggest").get_data(as_text=True)
        assert newest.count('role="option"') == FOUND and chosen not in newest
        found = owner.get(f"/{kind}s/suggest?q={words}").get_data(as_text=True)
        assert found.count('role="option"') == 1 and chosen in found
    page = owner.get(PATH).get_data(as_text=True)
    assert "Roof 3" not in page and "S-3" not in page and "Mats 3" not in page


def test_without_scripts_words_are_sent_first_and_the_choice_then(owner: FlaskClient) -> None:
    wanted = of_each(owner, 1000)
    of_each(owner, 2)
    words = {"vehicle_id_words": "s-1000", "lead_id_words": "Roof 1000", "product_words": "Mats 1000"}
    looked = owner.post(PATH, data=form_in(owner.get(PATH).get_data(as_text=True)) | words)
    page = looked.get_data(as_text=True)
    assert looked.status_code == 422 and "Roof 2<" not in page
    form = form_in(page)
    assert {kind: form[name] for kind, name in OF.items()} == {
        kind: str(each) for kind, each in wanted.items()
    }
    form |= dict.fromkeys(words, "")
    added = form_in(owner.post(PATH, data=form | {"more": "product"}).get_data(as_text=True))
    assert added["lines-0-title"] == "Mats 1000" and added["product"] == ""
    assert (added["vehicle_id"], added["lead_id"]) == (str(wanted["vehicle"]), str(wanted["lead"]))
    saved = owner.post(PATH, data=added)
    assert saved.status_code == 303, saved.get_data(as_text=True)
    deal = owner.get(f"/api{saved.headers['Location']}").get_json()["data"]
    assert (deal["vehicle_id"], deal["lead_id"]) == (wanted["vehicle"], wanted["lead"])
    assert [line["product_id"] for line in deal["lines"]] == [wanted["product"]]
    edit = owner.get(f"{saved.headers['Location']}/edit").get_data(as_text=True)
    assert "S-1000 · 2020 Fiat Uno" in edit and "Roof 1000" in edit
    taken = owner.get("/vehicles/suggest?q=S-1000").get_data(as_text=True)
    assert "option" not in taken, "it is on a deal"
