import phonenumbers
import pytest

from crm.activity.chain import verify_chain
from crm.appliance.demo import fill_with_examples
from crm.clients.client import CLIENT_RECORD, Client
from crm.clients.fields import NewClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict
from crm.fields import parse_fields
from crm.records.skeleton import facts_of
from tests.support.cast import Cast
from tests.support.clients import add_client


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


def test_a_workspace_with_clients_is_left_alone(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner)
    with pytest.raises(Conflict):
        fill(db, cast.owner, 10)
    assert len(fill(db, cast.outsider, 10)) == 10
