"""One record comes back with what belongs to it, and nothing else is touched."""

import pytest

from crm.activity.chain import verify_chain
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.backups import back_up
from crm.appliance.records import accept_offer, offer_record
from crm.clients.client import find_client, get_client
from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.clients.trash import delete_client
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.backup.report import BackupFailed, Silence
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.files.files import stored_name_of
from tests.support.cast import Cast
from tests.support.filled import attached, made


def names_found(db: Database, cast: Cast, words: str) -> list[str]:
    found = db.read(list_clients, cast.owner, ClientFilter(q=words), sort=None, limit=25, cursor=None)
    return [client.name for client in found.rows]


def bring(settings: Settings, db: Database, wanted: str) -> list[str]:
    offer = offer_record(settings, db, None, wanted)
    return sorted(found.table.name for found in accept_offer(settings, db, offer))


def test_a_deleted_and_changed_client_comes_back_as_it_was(
    db: Database, cast: Cast, settings: Settings
) -> None:
    client = made(db, cast, name="Ada", tags=["vip"])
    back_up(settings, Silence())
    db.write(change_client, cast.owner, client, ClientChanges.model_validate({"name": "Eva", "tags": []}))
    db.write(delete_client, cast.owner, client)
    before = db.read(find_client, cast.owner, client)
    assert before is not None
    assert bring(settings, db, f"clients/{client}") == ["clients", "record_tags"]
    now = db.read(get_client, cast.owner, client)
    assert (now.name, now.tags, now.deleted_at) == ("Ada", ["vip"], None)
    assert now.version == before.version + 1
    assert names_found(db, cast, "Ada") == ["Ada"] and names_found(db, cast, "Eva") == []
    newest = db.read(list_activities, cast.owner, ActivityFilter(), limit=1).rows[0]
    assert (newest.action, newest.entity_id) == ("client.recovered", client)
    assert db.read(verify_chain, cast.owner).broken_at is None


def erase(tx: Transaction, client: int) -> None:
    tx.run("DELETE FROM record_tags WHERE subject = 'client' AND subject_id = :client", client=client)
    tx.run("UPDATE clients SET company_id = NULL WHERE company_id = :client", client=client)
    tx.run("DELETE FROM clients WHERE id = :client", client=client)


def test_a_row_that_is_gone_comes_back_under_its_id_without_a_company_that_is_gone(
    db: Database, cast: Cast, settings: Settings
) -> None:
    company = made(db, cast, kind="company", name="Acme")
    client = made(db, cast, name="Ada", company_id=company)
    other = made(db, cast, name="Bob", company_id=company)
    back_up(settings, Silence())
    db.write(erase, SYSTEM, client)
    db.write(erase, SYSTEM, company)
    assert bring(settings, db, f"clients/{client}") == ["clients"]
    assert db.read(get_client, cast.owner, client).company_id is None
    assert bring(settings, db, f"clients/{company}") == ["clients"]
    assert db.read(get_client, cast.owner, other).company_id is None


def test_what_is_the_same_is_not_written(db: Database, cast: Cast, settings: Settings) -> None:
    client = made(db, cast, name="Ada")
    back_up(settings, Silence())
    assert offer_record(settings, db, None, f"clients/{client}").rows == []


def test_the_newest_good_backup_that_has_it_is_taken(db: Database, cast: Cast, settings: Settings) -> None:
    client = made(db, cast, name="Ada")
    first = back_up(settings, Silence())
    db.write(erase, SYSTEM, client)
    back_up(settings, Silence())
    assert offer_record(settings, db, None, f"clients/{client}").folder == first
    with pytest.raises(BackupFailed, match="No good backup"):
        offer_record(settings, db, None, "clients/99")


@pytest.mark.parametrize("wanted", ["clients", "clients/x", "nothing/1", "activities/1", "sessions/1", "/1"])
def test_what_is_no_record_is_refused(db: Database, cast: Cast, settings: Settings, wanted: str) -> None:
    back_up(settings, Silence())
    with pytest.raises(BackupFailed):
        offer_record(settings, db, None, wanted)


def test_a_taken_place_refuses_all_of_it(db: Database, cast: Cast, settings: Settings) -> None:
    client = made(db, cast, name="Ada", tags=["vip"])
    back_up(settings, Silence())
    db.write(erase, SYSTEM, client)
    db.write(retag, SYSTEM)
    with pytest.raises(Conflict, match="tags"):
        bring(settings, db, f"clients/{client}")
    assert db.read(find_client, cast.owner, client) is None


def retag(tx: Transaction) -> None:
    """The tag's row is another now, under the same name."""
    tx.run("UPDATE tags SET id = id + 100")


@pytest.mark.parametrize("change", ["missing", "damaged"])
@pytest.mark.parametrize("wanted", ["files", "clients"])
def test_a_file_lost_in_use_comes_back_with_its_record(
    db: Database, cast: Cast, settings: Settings, change: str, wanted: str
) -> None:
    client = made(db, cast, name="Ada")
    file = attached(db, cast, settings, client, b"a letter")
    back_up(settings, Silence())
    place = settings.upload_folder / db.read(stored_name_of, cast.owner, file)[1]
    place.unlink()
    if change == "damaged":
        place.write_bytes(b"A letter")
    ids = {"files": file, "clients": client}
    assert bring(settings, db, f"{wanted}/{ids[wanted]}") == ["files"]
    assert place.read_bytes() == b"a letter"
    assert offer_record(settings, db, None, f"{wanted}/{ids[wanted]}").rows == []
    newest = db.read(list_activities, cast.owner, ActivityFilter(), limit=1).rows[0]
    assert (newest.action, newest.entity_id) == ("file.recovered", file)
