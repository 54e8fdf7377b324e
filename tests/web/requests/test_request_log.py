"""What was changed or refused is on record, with the request's id and without its secrets."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.logs import configure_logging


@pytest.fixture
def entries(settings: Settings) -> io.StringIO:
    stream = io.StringIO()
    configure_logging(settings.model_copy(update={"log_format": "json"}), stream)
    return stream


def requests_in(stream: io.StringIO) -> list[dict[str, Any]]:
    parsed = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [entry for entry in parsed if entry["logger"] == "crm.web.requests"]


def test_a_change_is_logged_with_its_request_id_and_user(owner: FlaskClient, entries: io.StringIO) -> None:
    response = owner.post("/api/clients", json={"name": "Ann"})
    (entry,) = requests_in(entries)
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/clients", 201)
    assert entry["request_id"] == response.headers["X-Request-Id"]
    assert entry["user"] is not None
    assert entry["milliseconds"] > 0
    assert "Ann" not in entries.getvalue()


def test_a_refusal_is_logged_with_the_address_and_without_query_and_token(
    anybody: FlaskClient, entries: io.StringIO
) -> None:
    anybody.get("/api/clients?q=hunter2", headers={"Authorization": "Bearer hunter2"})
    (entry,) = requests_in(entries)
    assert (entry["path"], entry["status"], entry["address"]) == ("/api/clients", 401, "127.0.0.1")
    assert "hunter2" not in entries.getvalue()


@pytest.mark.parametrize("method", ["POST", "DELETE", "PROPFIND"])
def test_a_text_in_the_path_is_not_logged_where_the_method_is_refused(
    anybody: FlaskClient, entries: io.StringIO, method: str
) -> None:
    anybody.open("/assets/any/hunter2.css", method=method)
    (entry,) = requests_in(entries)
    assert (entry["method"], entry["status"]) == (method, 405)
    assert "hunter2" not in entries.getvalue()


def test_a_successful_read_is_not_logged(owner: FlaskClient, entries: io.StringIO) -> None:
    assert owner.get("/api/clients").status_code == 200
    assert requests_in(entries) == []


def test_a_text_in_the_path_is_not_logged(anybody: FlaskClient, entries: io.StringIO) -> None:
    anybody.get("/assets/any/hunter2.css")
    assert [entry["status"] for entry in requests_in(entries)] == [404]
    assert "hunter2" not in entries.getvalue()
