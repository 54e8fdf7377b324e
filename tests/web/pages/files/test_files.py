import html
import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.clients.client import Client
from crm.db.database import Database
from tests.support import samples
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish

HTMX = {"HX-Request": "true"}


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def upload(browser: FlaskClient, address: str, name: str, content: bytes, **headers: str) -> Any:
    return browser.post(address, data={"file": (BytesIO(content), name)}, headers=headers)


@pytest.fixture
def anna(db: Database, cast: Cast) -> Client:
    return add_client(db, cast.owner, name="Anna")


def test_an_uploaded_file_shows_on_its_client_and_among_all_files(owner: FlaskClient, anna: Client) -> None:
    base = f"/clients/{anna.id}"
    assert upload(owner, f"{base}/files", "Смета <1>.pdf", samples.PDF, **HTMX).status_code == 204
    assert upload(owner, f"{base}/files", "photo.png", samples.picture()).status_code == 303
    for page in (owner.get(base), owner.get(f"{base}/files", headers=HTMX), owner.get("/files")):
        text = page.get_data(as_text=True)
        assert "Смета" in text and "<1>" not in text
        assert "thumbnail=" in text


def test_a_refused_file_says_why_and_leaves_nothing(owner: FlaskClient, anna: Client) -> None:
    refused = upload(owner, f"/clients/{anna.id}/files", "evil.pdf", b"<script>alert(1)</script>", **HTMX)
    assert refused.status_code == 415
    assert re.search(r'role="alert">[^<]*not a valid .pdf file', text_of(refused))
    assert "No files yet" in text_of(owner.get("/files"))


def test_a_deleted_file_can_be_undone_and_waits_in_the_trash(owner: FlaskClient, anna: Client) -> None:
    upload(owner, f"/clients/{anna.id}/files", "plan.pdf", samples.PDF)
    assert owner.post("/files/1/delete", data={"version": "1", "from": "files"}).location == "/files"
    assert "/files/1/restore" in text_of(owner.get("/files"))
    assert "plan.pdf" in text_of(owner.get("/files?trash=true"))
    assert owner.post("/files/1/restore").location == f"/clients/{anna.id}"
    assert "plan.pdf" in text_of(owner.get(f"/clients/{anna.id}/files", headers=HTMX))


def test_a_stale_deletion_of_a_file_deletes_nothing(owner: FlaskClient, anna: Client) -> None:
    upload(owner, f"/clients/{anna.id}/files", "plan.pdf", samples.PDF)
    owner.post("/files/1/delete", data={"version": "7"})
    assert "plan.pdf" in text_of(owner.get("/files"))


def test_a_picture_takes_the_place_of_the_initials(owner: FlaskClient, anna: Client) -> None:
    changed = upload(owner, f"/clients/{anna.id}/picture", "anna.png", samples.picture(size=(600, 400)))
    assert changed.status_code == 303
    page = text_of(owner.get(f"/clients/{anna.id}"))
    address = re.search(r'<img src="(/api/files/\d+/content\?thumbnail=480)"', page)
    assert address is not None
    with owner.get(address[1]) as thumbnail:
        assert thumbnail.mimetype == "image/webp"
    assert "changed the picture of this client" in page
    assert upload(owner, f"/clients/{anna.id}/picture", "anna.pdf", samples.PDF).status_code == 415


def test_another_workspaces_files_are_not_there(
    owner: FlaskClient, outsider: FlaskClient, anna: Client
) -> None:
    base = f"/clients/{anna.id}"
    upload(owner, f"{base}/files", "plan.pdf", samples.PDF)
    assert upload(outsider, f"{base}/files", "plan.pdf", samples.PDF).status_code == 404
    assert upload(outsider, f"{base}/picture", "a.png", samples.picture()).status_code == 404
    assert outsider.get(f"{base}/files", headers=HTMX).status_code == 404
    assert outsider.post("/files/1/delete", data={"version": "1"}).status_code == 404
    assert outsider.post("/files/1/restore").status_code == 404
    assert "plan.pdf" not in text_of(outsider.get("/files"))


def test_a_lead_has_files_on_its_page_and_timeline(owner: FlaskClient, db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    lead = add_lead(db, cast.owner, title="Roof")
    base = f"/leads/{lead.id}"
    assert upload(owner, f"{base}/files", "plan.pdf", samples.PDF, **HTMX).status_code == 204
    assert upload(owner, f"{base}/files", "photo.png", samples.picture()).location == base
    for page in (owner.get(base), owner.get(f"{base}/files", headers=HTMX), owner.get(f"{base}?kind=file")):
        assert "plan.pdf" in text_of(page) and "photo.png" in text_of(page)
    listed = text_of(owner.get("/files"))
    assert f'href="{base}"' in listed and "Roof" in listed
    assert owner.post("/files/1/delete", data={"version": "1", "from": "client"}).location == base
    assert "plan.pdf" not in text_of(owner.get(f"{base}/files", headers=HTMX))
