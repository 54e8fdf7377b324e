from crm.clients.kind import CLIENT
from crm.clients.trash import delete_client
from crm.db.database import Database
from crm.records.names import name_records
from tests.support.cast import Cast
from tests.support.clients import add_client


def test_names_are_read_of_the_own_workspace_alone_and_of_the_deleted_too(db: Database, cast: Cast) -> None:
    anna = add_client(db, cast.owner, name="Anna")
    gone = add_client(db, cast.owner, name="Gone")
    db.write(delete_client, cast.owner, gone.id)
    theirs = add_client(db, cast.outsider, name="Theirs")
    asked = [anna.id, gone.id, theirs.id, 999, anna.id]
    assert db.read(name_records, cast.owner, CLIENT, asked) == {anna.id: "Anna", gone.id: "Gone"}
    assert db.read(name_records, cast.owner, CLIENT, []) == {}


def test_more_ids_than_one_statement_takes_are_named_too(db: Database, cast: Cast) -> None:
    anna = add_client(db, cast.owner, name="Anna")
    assert db.read(name_records, cast.owner, CLIENT, range(1, 40_001)) == {anna.id: "Anna"}
