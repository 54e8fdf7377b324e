"""One search finds notes, calls, tasks, file names and messages, each with its passage and its record."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.appliance.reindexing import reindex_workspace
from crm.db.database import Database
from crm.db.search_query import parse_query
from crm.db.transaction import Transaction
from crm.records.highlights import snippet_of
from tests.support.api import problem_of
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish


@pytest.fixture
def client_id(db: Database, cast: Cast) -> int:
    furnish(db, cast.owner)
    return add_client(db, cast.owner, name="Anna").id


def found(client: FlaskClient, words: str) -> dict[str, list[dict[str, Any]]]:
    answer = client.get("/api/search", query_string={"q": words})
    assert answer.status_code == 200, answer.get_json()
    return {group["kind"]: group["results"] for group in answer.get_json()["data"]}


def note(client: FlaskClient, client_id: int, text: str) -> int:
    body = {"subject": "client", "subject_id": client_id, "kind": "note", "text": text}
    answer = client.post("/api/notes", json=body)
    assert answer.status_code == 201, answer.get_json()
    return int(answer.get_json()["data"]["id"])


def test_notes_are_found_in_any_script_with_the_place_marked(owner: FlaskClient, client_id: int) -> None:
    texts = {
        "kitchen": "Wants a new kitchen by spring.",
        "kuche": "Die Küche gefällt ihm.",
        "ремонт": "Нужен срочный РЕМОНТ крыши",
        "東京": "来週、東京で会う予定です。",
    }
    for text in texts.values():
        note(owner, client_id, text)
    for words, text in texts.items():
        (result,) = found(owner, words)["note"]
        assert result["passage"] == text
        assert result["record"] == {"kind": "client", "id": client_id, "name": "Anna"}
        ((begin, end),) = result["marks"]
        assert text[begin:end].casefold() in {words.casefold(), "küche"}
    assert found(owner, "nothing like it") == {}


def test_tasks_leads_and_file_names_are_found_with_their_records(
    owner: FlaskClient, db: Database, cast: Cast, client_id: int
) -> None:
    lead = add_lead(db, cast.owner, title="Zeppelin hangar")
    owner.post(
        "/api/tasks", json={"title": "Order zeppelin fabric", "subject": "lead", "subject_id": lead.id}
    )
    owner.post("/api/tasks", json={"title": "Call", "details": "about the zeppelin"})
    upload = {"file": (BytesIO(b"%PDF-1.4\n%%EOF"), "zeppelin plan.pdf")}
    assert owner.post(f"/api/clients/{client_id}/files", data=upload).status_code == 201
    results = found(owner, "zeppelin")
    assert [each["name"] for each in results["lead"]] == ["Zeppelin hangar"]
    assert [each["record"] and each["record"]["id"] for each in results["task"]] == [None, lead.id]
    assert results["file"][0]["record"]["id"] == client_id
    for path in ("/search", "/search/palette"):
        page = owner.get(path, query_string={"q": "zeppelin"}).get_data(as_text=True)
        assert page.count("<mark>") == 3, path
        assert f'href="/leads/{lead.id}"' in page


def test_what_is_changed_deleted_or_restored_is_found_as_it_is(owner: FlaskClient, client_id: int) -> None:
    note_id = note(owner, client_id, "the old walrus")
    owner.patch(f"/api/notes/{note_id}", json={"text": "a young heron"})
    assert "note" not in found(owner, "walrus")
    assert len(found(owner, "heron")["note"]) == 1
    owner.delete(f"/api/notes/{note_id}")
    assert found(owner, "heron") == {}
    owner.post(f"/api/notes/{note_id}/restore")
    assert len(found(owner, "heron")["note"]) == 1
    owner.delete(f"/api/clients/{client_id}")
    assert found(owner, "heron") == {}
    task = owner.post("/api/tasks", json={"title": "feed the walrus"}).get_json()["data"]["id"]
    owner.patch(f"/api/tasks/{task}", json={"title": "feed the seal"})
    assert found(owner, "walrus") == {}
    owner.delete(f"/api/tasks/{task}")
    assert found(owner, "seal") == {}
    owner.post(f"/api/tasks/{task}/restore")
    assert len(found(owner, "seal")["task"]) == 1


def test_another_workspace_finds_nothing_of_it(
    owner: FlaskClient, outsider: FlaskClient, client_id: int
) -> None:
    note(owner, client_id, "the secret walrus")
    assert found(outsider, "walrus") == {}


def test_an_index_made_anew_finds_the_same(
    owner: FlaskClient, db: Database, cast: Cast, client_id: int
) -> None:
    note(owner, client_id, "one walrus")
    owner.post("/api/tasks", json={"title": "walrus"})
    before = found(owner, "walrus")
    db.write(_reindex, cast.owner)
    assert found(owner, "walrus") == before


def _reindex(tx: Transaction) -> None:
    for table in ("notes", "tasks", "files"):
        tx.run(f"DELETE FROM {table}_search WHERE rowid >= (:workspace_id << 40)")
    reindex_workspace(tx)


def test_what_cannot_be_searched_for_is_refused_or_finds_nothing(owner: FlaskClient) -> None:
    problem_of(owner.get("/api/search"), 422)
    problem_of(owner.get("/api/search", query_string={"q": "x" * 201}), 422)
    problem_of(owner.get("/api/search", query_string={"q": "x", "limit": "26"}), 422)
    for odd in ("  ", "***", '"', "a" * 200, "\x00", "' OR 1=1 --", "%", "_"):
        assert owner.get("/api/search", query_string={"q": odd}).status_code in {200, 422}, odd


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("An old straße here", "strasse", ["straße"]),
        ("naïve and NAIVE", "naive", ["naïve", "NAIVE"]),
        ("x" * 500 + " walrus " + "y" * 500, "walrus", ["walrus"]),
        ("line\nbreak walrus", "walrus", ["walrus"]),
    ],
)
def test_a_snippet_shows_the_place_whole(text: str, words: str, marked: list[str]) -> None:
    query = parse_query(words)
    assert query is not None
    snippet = snippet_of(text, query)
    assert [snippet.text[begin:end] for begin, end in snippet.marks] == marked
    assert len(snippet.text) < 200
    assert "\n" not in snippet.text
