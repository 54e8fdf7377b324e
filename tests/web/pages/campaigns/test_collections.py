"""Collecting figures from a file, by page and API: sums first, then saved, with what was new."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.imports.advertising.conftest import SAMPLES
from tests.support.api import fields_of

pytestmark = pytest.mark.usefixtures("frozen_clock")
META = SAMPLES / "meta_ads_manager.csv"
OTHER = b"Wann;Was;Bezahlt (EUR)\n01.10.2026;Flyer;1.234,50\n"


def upload(browser: FlaskClient, address: str, content: bytes, **fields: str) -> TestResponse:
    given: dict[str, Any] = {"file": (BytesIO(content), "figures.csv"), **fields}
    return browser.post(address, data=given, content_type="multipart/form-data")


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_file_is_looked_at_and_saved_on_pages(owner: FlaskClient) -> None:
    made = upload(owner, "/campaigns/collections", META.read_bytes(), source="meta_ads")
    assert made.status_code == 303
    page = owner.get(made.location).get_data(as_text=True)
    assert "250.05" in page and "1,249.5" in page and "Row 2: a total" in page
    saved = owner.post(f"{made.location}/confirm", data={"version": version_in(page)})
    assert saved.status_code == 303
    page = owner.get(made.location).get_data(as_text=True)
    assert re.search(r"New</dt><dd>3<", page), page
    assert "figures.csv" in owner.get("/campaigns/collections").get_data(as_text=True)
    assert owner.post(f"{made.location}/confirm", data={"version": "1"}).status_code == 412


def test_columns_are_chosen_on_a_page(owner: FlaskClient) -> None:
    made = upload(owner, "/campaigns/collections", OTHER, source="manual")
    page = owner.get(made.location).get_data(as_text=True)
    assert "The columns of this file are not known" in page and "Bezahlt (EUR)" in page
    chosen = {"column.0": "day", "column.1": "campaign", "column.2": "spend", "version": version_in(page)}
    owner.post(f"{made.location}/columns", data=chosen)
    assert "1,234.5" in owner.get(made.location).get_data(as_text=True)
    owner.post(f"{made.location}/cancel")
    assert "Cancelled" in owner.get(made.location).get_data(as_text=True)


def test_a_file_goes_through_the_api(owner: FlaskClient, outsider: FlaskClient, viewer: FlaskClient) -> None:
    made = upload(owner, "/api/kpis/files", META.read_bytes(), source="meta_ads")
    found = made.get_json()["data"]
    assert (made.status_code, found["state"], found["found"]["rows"]) == (201, "ready", 3)
    assert found["found"]["sums"][0]["spend"] == 250.05
    assert outsider.get(made.location).status_code == 404
    assert viewer.post(f"{made.location}/confirm").status_code == 403
    done = owner.post(f"{made.location}/confirm").get_json()["data"]
    assert (done["state"], done["new"], done["changed"], done["unchanged"]) == ("done", 3, 0, 0)
    assert owner.post(f"{made.location}/cancel").status_code == 409
    again = upload(owner, "/api/kpis/files", META.read_bytes(), source="meta_ads").get_json()["data"]
    done = owner.post(f"/api/kpis/files/{again['id']}/confirm").get_json()["data"]
    assert (done["new"], done["unchanged"]) == (0, 3)
    listed = owner.get("/api/kpis/files?limit=1").get_json()
    assert [each["id"] for each in listed["data"]] == [again["id"]] and listed["page"]["next"]


@pytest.mark.parametrize(
    ("content", "fields", "status", "field"),
    [
        (b"", {"source": "a"}, 422, "file"),
        (b"a,b\n1,2\n", {}, 422, "source"),
        (b"a,b\n1,2\n", {"source": "a", "columns": "[1"}, 422, "columns"),
        (b"a,b\n1,2\n", {"source": "a", "columns": '["day"]'}, 422, "columns"),
        (b"a,b\n1,2\n", {"source": "a", "decimal": "x"}, 422, "decimal"),
        (b"a,b\n1,2\n", {"source": "a", "other": "x"}, 422, "other"),
    ],
)
def test_bad_uploads_are_refused_by_their_field(
    owner: FlaskClient, content: bytes, fields: dict[str, str], status: int, field: str
) -> None:
    refused = upload(owner, "/api/kpis/files", content, **fields)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (status, field)
    assert owner.get("/api/kpis/files").get_json()["data"] == []


def test_what_is_no_table_is_refused_or_fails_with_a_reason(owner: FlaskClient) -> None:
    for content in (b"\x89PNG\r\n" + b"\x00" * 50, b"%PDF-1.7 x", b"\x00\xff\x00\xff" * 40, b'{"a": [[[]]]}'):
        answer = upload(owner, "/api/kpis/files", content, source="a")
        if answer.status_code == 422:
            assert fields_of(answer) == {"file"}
            continue
        made = answer.get_json()["data"]
        assert made["state"] in {"failed", "unmapped"}, made
        assert owner.get(f"/campaigns/collections/{made['id']}").status_code == 200
