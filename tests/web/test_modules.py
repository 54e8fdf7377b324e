"""A module that an owner switched off is out of sight on every route, and comes back with all its data."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.identity import MODULES
from crm.config import Settings
from crm.db.database import Database
from crm.kinds import KINDS
from crm.web.auth import PUBLIC, permission_of
from tests.support.api import client_of, running_app
from tests.support.people import Team

ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")
SAYING = "switched off this module"
# The first parts of the addresses of each module, of its settings, and of what takes two modules.
PLACES = {
    "desk": ("/api/deals", "/deals", "/api/vehicles", "/vehicles", "/quotes/from/deal"),
    "quotes": ("/api/quotes", "/quotes"),
    "conversations": (
        "/api/conversations",
        "/inbox",
        "/api/channels",
        "/settings/channels",
        "/quotes/999999999/message",
    ),
    "campaigns": ("/api/campaigns", "/campaigns", "/api/kpis"),
}
LINKS = {
    "desk": ("/deals", "/vehicles"),
    "quotes": ("/quotes",),
    "conversations": ("/inbox",),
    "campaigns": ("/campaigns",),
}


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def owner(app: Flask, db: Database, team: Team) -> FlaskClient:
    return client_of(app, db, team.of_role("owner"))


def switch(owner: FlaskClient, module: str, *, on: bool) -> None:
    answer = owner.patch("/api/workspace", json={f"module_{module}": on})
    assert answer.get_json()["data"][f"module_{module}"] is on


def routes_of(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        if permission is not None and permission != PUBLIC:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, ARGUMENT.sub("999999999", rule.rule), permission


def made(owner: FlaskClient, path: str, **given: Any) -> Any:
    answer = owner.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


@pytest.mark.parametrize("module", MODULES)
def test_every_route_of_a_module_that_is_off_is_not_found_and_no_other_is(
    app: Flask, owner: FlaskClient, module: str
) -> None:
    areas = {kind.area for kind in KINDS if kind.modules == (module,)}
    assert areas
    switch(owner, module, on=False)
    wrong, walked = [], 0
    for method, path, permission in routes_of(app):
        of_it = permission.partition(".")[0] in areas or path.startswith(PLACES[module])
        with owner.open(path, method=method) as answer:
            hidden = answer.status_code == 404 and SAYING in answer.get_data(as_text=True)
        walked += of_it
        if hidden != of_it:
            wrong.append((method, path, permission, answer.status_code))
    assert wrong == [] and walked > 20


@pytest.mark.parametrize("module", MODULES)
def test_what_is_off_is_out_of_sight_and_the_other_modules_stay(owner: FlaskClient, module: str) -> None:
    assert all(f'href="{link}"' in owner.get("/").get_data(as_text=True) for link in LINKS[module])
    switch(owner, module, on=False)
    page = owner.get("/").get_data(as_text=True)
    for name, links in LINKS.items():
        for link in links:
            assert (f'href="{link}"' in page) == (name != module), link


def test_what_is_kept_comes_back_and_was_not_found_meanwhile(owner: FlaskClient) -> None:
    car = made(owner, "vehicles", year=2020, make="Quattrovan", model="One")
    deal = made(owner, "deals", vehicle_id=car["id"])
    switch(owner, "desk", on=False)
    assert "Quattrovan" not in owner.get("/api/search?q=Quattrovan").get_data(as_text=True)
    switch(owner, "desk", on=True)
    assert owner.get(f"/api/deals/{deal['id']}").get_json()["data"]["vehicle_id"] == car["id"]
    assert "Quattrovan" in owner.get("/api/search?q=Quattrovan").get_data(as_text=True)


def test_products_stay_while_the_desk_or_quotes_are_on(owner: FlaskClient) -> None:
    for module, status in (("desk", 200), ("quotes", 404)):
        switch(owner, module, on=False)
        assert owner.get("/api/products").status_code == status


def test_a_customer_does_not_see_a_quote_while_quotes_are_off(app: Flask, owner: FlaskClient) -> None:
    quote = made(owner, "quotes", lines=[{"title": "Roof", "unit_price": 1}])
    token = made(owner, f"quotes/{quote['id']}/links")["token"]
    stranger = app.test_client()
    for on in (False, True):
        switch(owner, "quotes", on=on)
        assert (stranger.get(f"/q/{token}").status_code == 200) is on


def test_owners_alone_switch_modules_in_the_settings_or_by_the_api(
    app: Flask, db: Database, team: Team, owner: FlaskClient
) -> None:
    version = owner.get("/api/workspace").get_json()["data"]["version"]
    assert 'name="module_desk"' in owner.get("/settings/modules").get_data(as_text=True)
    kept = {"version": version, "module_quotes": "1", "module_conversations": "1"}
    assert owner.post("/settings/modules", data=kept).status_code == 303
    found = owner.get("/api/workspace").get_json()["data"]
    assert (found["module_desk"], found["module_quotes"]) == (False, True)
    admin = client_of(app, db, team.of_role("admin"))
    assert admin.get("/settings/modules").status_code == 403
    assert admin.patch("/api/workspace", json={"module_desk": True}).status_code == 403
    assert admin.patch("/api/workspace", json={"name": "Acme"}).status_code == 200
