"""An import under way keeps nobody from erasing a person who is not in its file."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.erasing import erase_by_api, left_in_files
from tests.support.imports import upload

NAME, EMAIL = "Zoltan Quixotry", "zq@erase.example"
FILE = "Name,Email\nBerta Bystander,berta@example.com\n"
UNDER_WAY = ("checking", "running", "undoing")


@pytest.fixture
def web(settings: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(settings) as app:
        yield client_of(app, db, cast.owner)


def put_to_work(tx: Transaction, import_id: int, state: str) -> None:
    tx.run(
        """
        UPDATE imports
           SET state = :state
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=import_id,
        state=state,
    )


def test_an_import_under_way_without_the_person_does_not_stop_an_erasure(
    web: FlaskClient, db: Database, settings: Settings, cast: Cast
) -> None:
    made = upload(settings, db, cast.owner, FILE)
    for state in UNDER_WAY:
        person = add_client(db, cast.owner, name=NAME, email=EMAIL)
        db.write(put_to_work, cast.owner, made, state)
        answer = erase_by_api(web, person.id, name=NAME)
        assert answer.status_code == 200, (state, answer.text)
    assert left_in_files(settings, (NAME, EMAIL)) == {}


def test_one_that_holds_the_person_or_is_not_read_yet_does(
    web: FlaskClient, db: Database, settings: Settings, cast: Cast
) -> None:
    person = add_client(db, cast.owner, name=NAME, email=EMAIL)
    holding = upload(settings, db, cast.owner, f"{FILE}Somebody,{EMAIL.upper()}\n")
    other = upload(settings, db, cast.owner, FILE)
    for made, states in ((holding, UNDER_WAY), (other, ("reading",))):
        for state in states:
            db.write(put_to_work, cast.owner, made, state)
            answer = erase_by_api(web, person.id, name=NAME)
            assert "import" in problem_of(answer, 409)["detail"]
        db.write(put_to_work, cast.owner, made, "undone")
    assert web.get(f"/api/clients/{person.id}").status_code == 200


def test_cells_that_somebody_corrected_are_erased_too(
    web: FlaskClient, db: Database, settings: Settings, cast: Cast
) -> None:
    person = add_client(db, cast.owner, name=NAME, email=EMAIL)
    made = upload(settings, db, cast.owner, "Name,Email\nZoltan,nothing\n")
    columns = [{"column": 0, "field": "name"}, {"column": 1, "field": "email"}]
    mended = [{"row": 2, "column": 1, "value": EMAIL}]
    answer = web.put(f"/api/imports/{made}/mapping", json={"columns": columns, "corrections": mended})
    assert answer.status_code == 200, answer.text
    assert EMAIL in left_in_files(settings, (EMAIL,))
    assert web.post(f"/api/imports/{made}/undo").status_code == 200
    assert erase_by_api(web, person.id, name=NAME).status_code == 200
    assert left_in_files(settings, (NAME, EMAIL)) == {}
