"""Files that come with a web form: kept once, apart until there is a lead, gone with what they came with."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import limits
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from crm.appliance.erasing import ClientErasure, erase_client
from crm.appliance.erasures import finish_erasures
from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.files.tidying import missing_files
from crm.web.requests import limits as rates
from crm.web_forms.jobs import forget_submissions
from crm.web_forms.projection import project_due
from crm.web_forms.submission import Submission, discard_submission
from crm.web_forms.web_form import WebForm
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.file_api import fetch, on_disk
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish
from tests.support.samples import picture
from tests.support.transfers import elsewhere, members_of
from tests.support.web_forms import ASKED, add_web_form, submissions_of

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ASKS = [
    *ASKED,
    {"name": "files", "required": True, "files": {"most": 2, "megabytes": 1, "types": ["pdf", "pictures"]}},
]
GIVEN = {"name": "Ada L.", "email": "ada@example.com", "key": "drawn once"}
JSON = {"Accept": "application/json"}
Files = Sequence[tuple[str, bytes]]
ONE: Files = [("offer.pdf", PDF)]
NONE: Files = [("", b"")]
"""As a browser sends it where no file was chosen."""


@dataclass(frozen=True)
class Desk:
    """A form that asks for files, a visitor, and who reads what was sent."""

    db: Database
    cast: Cast
    settings: Settings
    visitor: FlaskClient
    api: FlaskClient
    form: WebForm

    def send(
        self, files: Files = ONE, form: WebForm | None = None, headers: Mapping[str, str] = JSON, **given: str
    ) -> TestResponse:
        data: MultiDict[str, Any] = MultiDict({**GIVEN, **given})
        data.setlist("files", [FileStorage(BytesIO(content), name) for name, content in files or NONE])
        boundary, body = encode_multipart(data)
        return self.visitor.post(
            f"/f/{(form or self.form).token}",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=headers,
        )

    def kept(self, form: WebForm | None = None) -> list[Submission]:
        return submissions_of(self.db, self.cast.owner, form or self.form)

    @property
    def disk(self) -> list[Path]:
        return on_disk(self.settings)


@pytest.fixture
def desk(app: Flask, db: Database, cast: Cast, settings: Settings) -> Desk:
    furnish(db, cast.owner)
    form = add_web_form(db, cast.owner, asked=ASKS)
    return Desk(db, cast, settings, app.test_client(), client_of(app, db, cast.owner), form)


def test_files_are_kept_once_and_apart_and_then_hang_on_the_lead(desk: Desk) -> None:
    page = desk.visitor.get(f"/f/{desk.form.token}").text
    assert 'name="files" type="file"' in page and 'enctype="multipart/form-data"' in page
    files = [("Angebot <1>.pdf", PDF), ("car.png", picture())]
    for _ in range(2):
        assert desk.send(files).status_code == 200
    kept, contents = desk.kept()[0], desk.disk
    assert [each.name for each in kept.files] == ["Angebot _1_.pdf", "car.png"] and kept.state == "waiting"
    assert desk.api.get("/api/files").get_json()["data"] == [] and missing_files(desk.db, desk.settings) == []
    assert len(contents) == 4, "two files, and two thumbnails of the picture"
    assert "car.png" in desk.api.get(f"/settings/forms/{desk.form.id}/submissions/{kept.id}").text
    assert project_due(desk.db) == 1
    done = desk.kept()[0]
    assert done.files == kept.files and desk.disk == contents
    on_lead = desk.api.get(f"/api/leads/{done.lead_id}/files").get_json()["data"]
    assert {each["name"] for each in on_lead} == {each.name for each in kept.files}
    assert desk.send([("other.pdf", PDF + b"\n%%EOF\n")]).status_code == 200
    assert len(desk.kept()) == 2, "another file is something else"


def test_what_a_stranger_sent_is_downloaded_and_never_shown(desk: Desk) -> None:
    desk.send([("a.png", picture())])
    kept = desk.kept()[0]
    path = f"web-forms/{desk.form.id}/submissions/{kept.id}/files/{kept.files[0].id}"
    for _ in range(2):
        for address in (f"/api/{path}", f"/settings/{path.removeprefix('web-')}"):
            answer = fetch(desk.api, address)
            assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert fetch(desk.visitor, address).status_code in {302, 401}
        assert fetch(desk.api, f"/api/{path}9").status_code == 404
        project_due(desk.db)


REFUSED: Sequence[tuple[Files, str]] = (
    ([], "is required"),
    ([(f"{number}.pdf", PDF) for number in range(3)], "at most 2"),
    ([("a.pdf", PDF), ("big.pdf", PDF + b" " * 1024 * 1024)], "big.pdf is larger than 1 MB"),
    ([("a.pdf", PDF), ("a.txt", b"text")], "a.txt is not of a type"),
    ([("a.pdf", PDF), ("a.png", PDF)], "a.png is not what its name says"),
    ([("a.pdf", PDF), ("evil.pdf", b"<script>")], "evil.pdf is not what its name says"),
    ([("a.pdf", PDF), ("empty.pdf", b"")], "empty.pdf is not what its name says"),
)


def test_what_is_not_taken_is_told_by_its_name_and_leaves_nothing(desk: Desk) -> None:
    for files, said in REFUSED:
        answer = desk.send(files, email="no address")
        assert answer.status_code == 422
        assert "email" in {each["field"] for each in answer.get_json()["errors"]}
        told = desk.send(files).get_json()["errors"]
        assert [each["field"] for each in told] == ["files"] and said in told[0]["message"]
    assert desk.kept() == [] and desk.disk == []


def test_a_body_is_bounded_by_what_the_form_asks_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = add_web_form(desk.db, desk.cast.owner, name="Plain")
    for each, size in ((desk.form, 4), (plain, 2)):
        answer = desk.send([("a.pdf", PDF + b" " * size * 1024 * 1024)], each)
        assert answer.status_code == 413, answer.text
    page = desk.send([("a.pdf", b" " * 2**22)], headers={})
    assert page.status_code == 413 and "2 MB together" in page.text and 'type="file"' in page.text
    monkeypatch.setattr(rates, "ADDRESS_MEGABYTES", limits.parse("3/hour"))
    answers = [desk.send(key=str(number)).status_code for number in range(5)]
    assert answers == [200] * 3 + [429] * 2
    assert desk.send([], plain).status_code == 200


def test_files_go_with_what_was_discarded_or_never_confirmed(desk: Desk, frozen_clock: FrozenClock) -> None:
    asking = add_web_form(desk.db, desk.cast.owner, name="Asking", asked=ASKS, double_opt_in=True)
    assert desk.send(homepage_url="spam").status_code == 200
    assert desk.send(form=asking).status_code == 200
    spam = desk.kept()[0]
    assert spam.state == "suspicious" and desk.kept(asking)[0].state == "unconfirmed"
    assert project_due(desk.db) == 0 and len(desk.disk) == 2
    desk.db.write(discard_submission, desk.cast.owner, desk.form.id, spam.id)
    frozen_clock.advance(days=29)
    assert forget_submissions(desk.db, desk.settings) == 0 and len(desk.disk) == 2
    frozen_clock.advance(days=2)
    assert forget_submissions(desk.db, desk.settings) == 2 and desk.disk == []
    assert desk.kept() == desk.kept(asking) == []
    assert missing_files(desk.db, desk.settings) == []


def test_erasing_a_person_erases_what_they_sent(desk: Desk) -> None:
    known = add_client(desk.db, desk.cast.owner, name="Ada L.", email="ada@example.com")
    desk.send(homepage_url="spam")
    desk.send([("second.pdf", PDF + b"%%EOF\n")], key="second")
    desk.send([("other.pdf", PDF)], key="third", name="Bo", email="bo@example.com")
    project_due(desk.db)
    assert len(desk.disk) == 3
    with zipfile.ZipFile(BytesIO(desk.api.get(f"/api/clients/{known.id}/export").data)) as archive:
        assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 2
        assert b"ada@example.com" in archive.read("web_form_submissions.json")
    desk.db.write(erase_client, desk.cast.owner, desk.settings, known.id, ClientErasure())
    assert finish_erasures(desk.db, desk.settings) and missing_files(desk.db, desk.settings) == []
    (content,) = desk.disk
    kept = desk.kept()
    assert [[each.name for each in one.files] for one in kept] == [[], [], ["other.pdf"]]
    assert content.read_bytes() == PDF


def forget_tokens(tx: Transaction) -> None:
    """Those of tests are none that an export may have."""
    tx.run("DELETE FROM tokens WHERE workspace_id = :workspace_id")


def test_a_moved_workspace_takes_the_files_of_its_leads_along(
    desk: Desk, frozen_clock: FrozenClock, tmp_path: Path
) -> None:
    desk.send()
    project_due(desk.db)
    desk.send([("apart.pdf", PDF)], homepage_url="spam", key="other", email="bo@example.com")
    frozen_clock.advance(seconds=1)
    desk.db.write(forget_tokens, desk.cast.owner)
    export_to(desk.settings, int(desk.cast.owner.workspace_id or 0), tmp_path / "one.zip")
    members = members_of(tmp_path / "one.zip")
    assert sum(name.startswith("files/") for name in members) == 1
    assert b"apart.pdf" not in members["tables/files.jsonl"]
    fresh = elsewhere(desk.settings, tmp_path / "fresh")
    import_from(fresh, tmp_path / "one.zip")
    assert [path.read_bytes() for path in on_disk(fresh)] == [PDF]
