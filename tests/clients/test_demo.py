from collections.abc import Iterable
from random import Random

import phonenumbers
import pytest

from crm.activity.chain import verify_chain
from crm.appliance.demo import fill_with_examples
from crm.clients.client import CLIENT_RECORD, Client
from crm.clients.demo import Maker
from crm.clients.fields import NewClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict
from crm.fields import parse_fields
from crm.records.skeleton import facts_of
from tests.support.cast import Cast
from tests.support.clients import add_client

SIZE = parse_fields(NewCustomField, {"kind": "client", "label": "Size", "field_type": "text"})


def fill(db: Database, who: Actor, count: int) -> list[Client]:
    assert list(fill_with_examples(db, who, {"clients": count}))[-1] == count
    return db.read(list_clients, who, ClientFilter(), limit=count).rows


def test_demo_clients_are_such_as_people_could_enter(db: Database, cast: Cast) -> None:
    clients = fill(db, cast.owner, 300)
    assert len(clients) == 300
    for client in clients:
        fields = parse_fields(NewClient, facts_of(CLIENT_RECORD, client))
        assert fields.model_dump(exclude={"allow_duplicate", "custom", "tags"}) == {
            name: value for name, value in facts_of(CLIENT_RECORD, client).items() if name != "tags"
        }
    for values in (
        [each.email for each in clients if each.email],
        [each.phone for each in clients if each.phone],
    ):
        assert len(values) == len(set(values))
    assert {"person", "company"} == {each.kind for each in clients}
    assert len({each.country for each in clients}) > 12


def test_nobody_real_is_called_or_written_to(db: Database, cast: Cast) -> None:
    for client in fill(db, cast.owner, 300):
        if client.phone:
            number = phonenumbers.parse(client.phone)
            assert phonenumbers.is_possible_number(number) and not phonenumbers.is_valid_number(number), (
                client.phone
            )
        if client.email:
            assert client.email.rpartition("@")[2] in {"example.com", "example.org", "example.net"}


def test_the_demo_is_on_the_ledger_spread_over_the_past_and_found(db: Database, cast: Cast) -> None:
    clients = fill(db, cast.owner, 100)
    assert db.read(verify_chain, cast.owner).broken_at is None
    assert clients[-1].created_at < clients[0].created_at
    wanted = ClientFilter(q=clients[40].name)
    assert clients[40].id in {each.id for each in db.read(list_clients, cast.owner, wanted, limit=100).rows}


@pytest.mark.parametrize("stopped", [7, 230, 399, 400])
def test_a_demo_that_was_stopped_makes_the_same_clients_as_one_that_was_not(
    db: Database, cast: Cast, stopped: int
) -> None:
    whole = made(db, cast.outsider, range(0, 451, 10))
    assert made(db, cast.owner, (stopped, 450)) == whole


def made(db: Database, who: Actor, steps: Iterable[int]) -> list[dict[str, object]]:
    """The clients, from the newest; each step is that of a run of its own."""
    for count in steps:
        db.write(Maker(Random(1), [None]).go_on, who, count)
    return [facts_alone(each) for each in db.read(list_clients, who, ClientFilter(), limit=450).rows]


def facts_alone(client: Client) -> dict[str, object]:
    """What does not depend on the workspace."""
    facts = facts_of(CLIENT_RECORD, client)
    other = {"company_id": None, "companies": [each.company_name for each in client.companies]}
    return {**facts, **other, "tags": sorted(client.tags)}


def test_a_workspace_of_its_own_fields_has_a_demo_of_the_same_form(db: Database, cast: Cast) -> None:
    db.write(create_custom_field, cast.owner, SIZE)
    clients = fill(db, cast.owner, 300)
    assert len({each.id for each in clients}) == 300
    assert any(each.company_id for each in clients)


def test_a_workspace_with_clients_is_left_alone(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner)
    with pytest.raises(Conflict):
        fill(db, cast.owner, 10)
    assert len(fill(db, cast.outsider, 10)) == 10
