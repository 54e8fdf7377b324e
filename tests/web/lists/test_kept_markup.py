"""A row or card that is kept is never another than one that is drawn anew, whatever has changed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from crm.appliance.demo import fill_with_examples, kinds_with_examples
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.database import Database
from crm.fields import parse_fields
from crm.kinds import KINDS
from crm.web.lists.kept_markup import ENTRY_BYTES, KEPT, KeptMarkup
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish

PAGES = (
    "/clients?sort=name", "/clients?columns=company,city,tags,custom.size", "/leads", "/leads?stale=true",
    "/board", "/vehicles", "/products", "/quotes", "/invoices", "/deals",
)  # fmt: skip
SECRET = re.compile(r"m\.[\w=-]{20,}")


@pytest.fixture
def filled(app: Flask, db: Database, cast: Cast, alone: None, frozen_clock: FrozenClock) -> Flask:
    furnish(db, cast.owner)
    least = {table: examples.least for table, examples in kinds_with_examples(KINDS).items()}
    list(fill_with_examples(db, cast.owner, {**least, "clients": 40, "leads": 12}))
    frozen_clock.install()  # the examples have moved it
    field = {"kind": "client", "label": "Size", "field_type": "text"}
    db.write(create_custom_field, cast.owner, parse_fields(NewCustomField, field))
    return app


def seen(client: FlaskClient) -> list[str]:
    answers = [client.get(address, follow_redirects=True) for address in PAGES]
    assert {answer.status_code for answer in answers} == {200}
    return [SECRET.sub("", answer.get_data(as_text=True)) for answer in answers]


def must_be_fresh(app: Flask, *clients: FlaskClient) -> None:
    kept = [seen(client) for client in clients]
    app.extensions[KEPT] = KeptMarkup()
    for client, pages in zip(clients, kept, strict=True):
        for address, page, drawn in zip(PAGES, pages, seen(client), strict=True):
            assert page == drawn, address


def test_what_changes_is_drawn_anew(
    filled: Flask, owner: FlaskClient, viewer: FlaskClient, frozen_clock: FrozenClock
) -> None:
    must_be_fresh(filled, owner, viewer)
    for path, changes in (
        ("/api/me", {"name": "Another name"}),
        ("/api/me", {"locale": "de-DE"}),
        ("/api/me", {"timezone": "Pacific/Auckland"}),
        (
            "/api/clients/1",
            {"name": "Renamed", "status": "inactive", "tags": ["new"], "custom": {"size": "L"}},
        ),
        ("/api/leads/1", {"title": "Renamed", "value": 12, "expected_close": "2026-11-20"}),
        ("/api/stages/1", {"name": "First of all", "colour": "#123456"}),
    ):
        answer = owner.patch(path, json=changes)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        must_be_fresh(filled, owner, viewer)
    for hours in (3, 20, 24 * 9, 1, 23):
        frozen_clock.advance(hours=hours)
        must_be_fresh(filled, owner, viewer)


def test_who_may_change_nothing_sees_no_controls_of_another(
    filled: Flask, owner: FlaskClient, viewer: FlaskClient
) -> None:
    for pages in (seen(owner), seen(owner)):
        assert 'class="card-menu' in pages[PAGES.index("/board")]
    for pages in (seen(viewer), seen(viewer)):
        assert 'class="card-menu' not in pages[PAGES.index("/board")]
        assert 'data-change="' not in "".join(pages)


def test_what_is_kept_is_bounded_and_the_longest_unused_goes_first() -> None:
    kept = KeptMarkup(most_bytes=3 * (ENTRY_BYTES + 11))
    for name in "abc":
        kept.keep((name, b"0"), Markup("0123456789"))
    assert kept.find(("a", b"0")) is not None
    kept.keep(("d", b"0"), Markup("0123456789"))
    assert [kept.find((name, b"0")) is not None for name in "abcd"] == [True, False, True, True]
