import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.activity import activity
from crm.config import Settings
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.api import fields_of, problem_of
from tests.support.cast import Cast
from tests.support.engines import tamper


def record_many(tx: Transaction, count: int) -> None:
    named = [(number, {"name": f"№ {number}"}) for number in range(1, count + 1)]
    activity.record_many(tx, "client.created", "client", named)


def rows_of(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    return list(client.get(path).get_json()["data"])


def test_pages_follow_each_other_without_gap_or_overlap(owner: FlaskClient, db: Database, cast: Cast) -> None:
    db.write(record_many, cast.owner, 7)
    seen: list[int] = []
    path = "/api/activities?limit=3"
    for _ in range(3):
        body = owner.get(path).get_json()
        seen += [row["entity_id"] for row in body["data"]]
        path = f"/api/activities?limit=3&cursor={body['page']['next']}"
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert body["page"]["next"] is None


def test_no_workspace_sees_the_ledger_of_another(
    owner: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    db.write(record_many, cast.owner, 2)
    assert len(rows_of(owner, "/api/activities")) == 2
    assert rows_of(outsider, "/api/activities") == []


def test_a_record_s_own_activities_can_be_asked_for(owner: FlaskClient, db: Database, cast: Cast) -> None:
    db.write(record_many, cast.owner, 3)
    rows = rows_of(owner, "/api/activities?entity=client&entity_id=2")
    assert [row["after"] for row in rows] == [{"name": "№ 2"}]
    assert rows[0]["actor"] == {"id": cast.owner.user_id, "name": "Owner"}


def test_the_ledger_is_narrowed_to_what_something_happened_to_or_to_a_timeline(owner: FlaskClient) -> None:
    client = owner.post("/api/clients", json={"name": "Anna"}).get_json()["data"]
    about = {"subject": "client", "subject_id": client["id"]}
    note = owner.post("/api/notes", json={**about, "text": "called"}).get_json()["data"]

    def actions(query: str) -> list[str]:
        return [row["action"] for row in rows_of(owner, f"/api/activities?{query}")]

    assert actions(f"entity=note&entity_id={note['id']}") == ["note.created"]
    assert actions(f"entity=client&entity_id={client['id']}") == ["client.created"]
    assert actions(f"subject=client&subject_id={client['id']}") == ["note.created", "client.created"]
    timeline = f"/api/clients/{client['id']}/activities"
    assert [row["action"] for row in rows_of(owner, f"{timeline}?kind=note")] == ["note.created"]
    assert fields_of(owner.get(f"{timeline}?kind=notes")) == {"kind"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=nonsense!", "cursor"),
        ("cursor=WyJ4Il0", "cursor"),
        ("entity_id=99999999999999999999", "entity_id"),
        ("since=yesterday", "since"),
        ("colour=red", "colour"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_a_wrong_query_is_refused_by_field(owner: FlaskClient, query: str, field: str) -> None:
    assert fields_of(owner.get(f"/api/activities?{query}")) == {field}


def test_nobody_reads_it_without_a_token(anybody: FlaskClient) -> None:
    response = anybody.get("/api/activities")
    assert "Bearer" in response.headers["WWW-Authenticate"]
    problem_of(response, 401)


def test_a_made_up_token_opens_nothing(anybody: FlaskClient) -> None:
    problem_of(anybody.get("/api/activities", headers={"Authorization": "Bearer hf_guess"}), 401)


def test_the_ledger_is_downloaded_whole_and_safe_for_spreadsheets(
    owner: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    db.write(record_many, cast.owner, 2_500)
    db.write(activity.record, cast.owner, "=HYPERLINK()", "client", 1, after={"name": 'a,b\n"c"'})
    response = owner.get("/api/activities/export")
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert len(rows) == 2_501
    assert rows[0]["action"] == "'=HYPERLINK()"
    assert json.loads(rows[0]["after"]) == {"name": 'a,b\n"c"'}
    assert [row["entity_id"] for row in rows[1:4]] == ["2500", "2499", "2498"]
    assert len({row["hash"] for row in rows}) == 2_501
    narrowed = owner.get("/api/activities/export?entity=client&entity_id=7").get_data(as_text=True)
    assert len(narrowed.splitlines()) == 2
    assert len(outsider.get("/api/activities/export").get_data(as_text=True).splitlines()) == 1


def test_the_chain_is_verified_and_a_break_is_found(
    owner: FlaskClient, settings: Settings, db: Database, cast: Cast
) -> None:
    db.write(record_many, cast.owner, 30)
    whole = owner.get("/api/activities/verification").get_json()["data"]
    assert (whole["whole"], whole["entries"], whole["broken_at"]) == (True, 30, None)
    tamper(settings, "UPDATE activities SET action = 'client.deleted' WHERE seq = 17")
    broken = owner.get("/api/activities/verification").get_json()["data"]
    assert (broken["whole"], broken["entries"], broken["broken_at"]) == (False, 16, 17)
    assert broken["reason"] == "its facts were changed"


def test_an_activity_is_undone_once_nothing_newer_stands_against_it(owner: FlaskClient) -> None:
    client = owner.post("/api/clients", json={"name": "Anna"}).get_json()["data"]
    owner.patch(f"/api/clients/{client['id']}", json={"city": "Riga"})
    change = rows_of(owner, "/api/activities")[0]
    undone = owner.post(f"/api/activities/{change['id']}/undo").get_json()["data"]
    assert (undone["before"], undone["after"]) == ({"city": "Riga"}, {"city": None})
    assert owner.get(f"/api/clients/{client['id']}").get_json()["data"]["city"] is None
    refused = problem_of(owner.post(f"/api/activities/{change['id']}/undo"), 409)
    assert refused["fields"] == ["city"]
    problem_of(owner.post("/api/activities/999/undo"), 404)


WAYS = ("/api/activities/export", "/activity/export")


READERS = [
    (None, "de-DE,de;q=0.9,en;q=0.5", "", ";"),
    (None, "pt-BR", "", ";"),
    (None, "en-GB,de;q=0.5", "", ","),
    (None, "de;q=0,en", "", ","),
    (None, "*", "", ","),
    (None, "xx-nonsense_, fr", "", ";"),
    ("de", "en-US", "", ";"),
    ("en", "de", "", ","),
    (None, "de", "?separator=,", ","),
    (None, "de", "?separator=comma", ","),
    (None, "en", "?separator=%3B", ";"),
    (None, "en", "?separator=semicolon", ";"),
    (None, "de", "?separator=tab", "\t"),
    (None, "de", "?separator=", ";"),
]
"""Their own language, the browser's, what the address asks for, and the separator that comes of it."""


@pytest.mark.parametrize("way", WAYS)
def test_the_download_opens_right_in_the_reader_s_spreadsheet(
    owner: FlaskClient, db: Database, cast: Cast, way: str
) -> None:
    """By its mark as UTF-8, in the columns of the reader's list separator, and no cell is a formula."""
    for text in ("Müller; Söhne, Köln", "=1+1", "\n=1+1", "＝1+1"):
        db.write(activity.record, cast.owner, text, "client", 1, after={"name": "a;b,c\td"})
    for own, browser, asked, separator in READERS:
        db.write(change_language, cast.owner, own)
        data = owner.get(f"{way}{asked}", headers={"Accept-Language": browser}).data
        assert data.startswith(b"\xef\xbb\xbfid") and data.count(b"\xef\xbb\xbf") == 1
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))
        assert [row["action"] for row in rows] == ["'＝1+1", "'\n=1+1", "'=1+1", "Müller; Söhne, Köln"]
        assert {row["after"] for row in rows} == {'{"name":"a;b,c\\td"}'}
        assert all(None not in row for row in rows)


@pytest.mark.parametrize("way", WAYS)
def test_a_separator_that_is_none_is_refused(owner: FlaskClient, way: str) -> None:
    response = owner.get(f"{way}?separator=%7C")
    assert response.status_code == 422 and "separator" in response.get_data(as_text=True).lower()


def change_language(tx: Transaction, language: str | None) -> None:
    tx.run(
        "UPDATE users SET language = :language WHERE id = :actor_id AND workspace_id = :workspace_id",
        language=language,
    )
