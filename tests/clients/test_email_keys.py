"""Two e-mail addresses are one where mail treats them as one, and only there."""

import pytest

from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.database import Database
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client

SAME = [
    ("anna@example.com", "ANNA@Example.COM"),
    ("müller@example.com", "mu\u0308ller@example.com"),
    ("anna@müller.example", "anna@xn--mller-kva.example"),
    ("anna@MÜLLER.example", "Anna@müller.example"),
    ("anna@example.com", "anna@\uff45xample.com"),
]
TWO = [
    ("Müller@example.com", "muller@example.com"),
    ("müller@example.com", "mueller@example.com"),
    ("j.r@example.com", "jr@example.com"),
    ("o'brien@example.com", "obrien@example.com"),
    ("anna-maria@example.com", "annamaria@example.com"),
    ("anna@müller.example", "anna@muller.example"),
    ("anna@straße.example", "anna@strasse.example"),
    ("anna+crm@example.com", "anna@example.com"),
]


def listed(db: Database, cast: Cast, email: str) -> list[str | None]:
    rows = db.read(list_clients, cast.owner, ClientFilter(email=email), limit=10).rows
    return [row.email for row in rows]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_mail_treats_as_one_is_a_duplicate_and_found(
    db: Database, cast: Cast, one: str, other: str
) -> None:
    stored = add_client(db, cast.owner, email=one).email
    with pytest.raises(Conflict):
        add_client(db, cast.owner, email=other)
    assert listed(db, cast, one) == listed(db, cast, other) == [stored]


@pytest.mark.parametrize(("one", "other"), [*TWO, *((other, one) for one, other in TWO)])
def test_what_mail_treats_as_two_stays_two(db: Database, cast: Cast, one: str, other: str) -> None:
    first, second = (add_client(db, cast.owner, email=email).email for email in (one, other))
    assert listed(db, cast, one) == [first] and listed(db, cast, other) == [second]


@pytest.mark.parametrize("q", ["müller@exa", "muller@example.com", "MÜLLER@example.com"])
def test_search_finds_an_address_without_its_marks(db: Database, cast: Cast, q: str) -> None:
    made = add_client(db, cast.owner, email="müller@example.com")
    assert [row.id for row in db.read(list_clients, cast.owner, ClientFilter(q=q), limit=5).rows] == [made.id]


@pytest.mark.parametrize("email", ["", "@", "no address", "a@b@c"])
def test_a_filter_by_what_is_no_address_is_refused_by_its_name(email: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_fields(ClientFilter, {"email": email})
    assert [problem.field for problem in caught.value.problems] == ["email"]
