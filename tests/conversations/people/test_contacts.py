"""Whose number a message came from."""

import pytest

from crm.clients.client import get_client
from crm.clients.ids import ClientId
from crm.conversations.people.contacts import find_client_by_phone, follow_phone
from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.whatsapp import text

pytestmark = pytest.mark.usefixtures("channel")
PHONES = [{"phone": "+4930901820"}, {"phone": "+525512345678", "label": "mobile"}]


def test_a_message_from_a_further_number_is_of_that_client(db: Database, cast: Cast, vault: Vault) -> None:
    """In any spelling, and with whichever number they wrote first."""
    client = add_client(db, cast.owner, phones=PHONES)
    arrive(db, vault, text("w1", sender="5215512345678"))
    arrive(db, vault, text("w2", sender="4930901820"))
    sql = "SELECT client_id FROM conversations WHERE workspace_id = :workspace_id ORDER BY id"
    rows = db.read(lambda tx: tx.all(sql), cast.owner)
    assert [row["client_id"] for row in rows] == [client.id, client.id]
    count = "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id"
    assert db.read(lambda tx: tx.value(count), cast.owner) == 1


def test_who_has_a_number_as_the_main_one_goes_before_who_has_it_too(db: Database, cast: Cast) -> None:
    older = add_client(db, cast.owner, phones=PHONES)
    assert db.read(find_client_by_phone, cast.owner, "+525512345678") == older.id
    main = add_client(db, cast.owner, name="B", phone="+525512345678", allow_duplicate=True)
    assert db.read(find_client_by_phone, cast.owner, "+525512345678") == main.id
    assert db.read(find_client_by_phone, cast.owner, "+525512345678", besides=main.id) == older.id
    assert db.read(find_client_by_phone, cast.outsider, "+525512345678") is None


def test_a_further_number_that_changed_is_followed_and_keeps_its_label(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, phones=PHONES)
    db.write(follow_phone, cast.owner, ClientId(client.id), "+5215512345678", "+48123456789")
    after = db.read(get_client, cast.owner, client.id)
    assert [(each.phone, each.label) for each in after.phones] == [
        ("+4930901820", None),
        ("+48123456789", "mobile"),
    ]
