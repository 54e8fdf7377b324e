"""A file is uploaded, mapped, corrected, reviewed, imported and undone on pages that work without scripts."""

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.db.database import Database
from crm.imports.targets import RecordKind
from crm.imports.template import COLUMNS
from tests.support.cast import Cast
from tests.support.imports import upload
from tests.support.page_forms import PageForm, forms_of

PEOPLE = "Name;E-Mail;Telefon;Land\nAda Probe;ada@example.com;12;Irland\nBo Test;bo@example.com;;Deutschlnd\n"


@pytest.fixture
def import_id(settings: Settings, db: Database, cast: Cast) -> int:
    return upload(settings, db, cast.owner, PEOPLE)


def page_of(owner: FlaskClient, address: str) -> str:
    answer = owner.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def form_to(page: str, end: str) -> PageForm:
    return next(form for form in forms_of(page) if form.action.split("?")[0].endswith(end))


def send(owner: FlaskClient, form: PageForm, **changes: str) -> TestResponse:
    for name, value in changes.items():
        form.values[name.replace("__", "-")] = value
    return owner.post(form.action, data=form.values)


def values_of(owner: FlaskClient, address: str) -> dict[str, str]:
    form = form_to(page_of(owner, address), "/mapping")
    return {name: value for name, value in form.values.items() if name != "csrf_token"}


def names(db: Database, cast: Cast) -> dict[str, tuple[str | None, str | None]]:
    page = db.read(list_clients, cast.owner, ClientFilter(), sort="name", limit=100)
    return {each.name: (each.phone, each.country) for each in page.rows}


def test_from_the_upload_to_the_undo(owner: FlaskClient, db: Database, cast: Cast) -> None:
    form = {"records": "clients", "file": (BytesIO(PEOPLE.encode()), "people.csv")}
    uploaded = owner.post("/imports", data=form)
    assert uploaded.status_code == 303
    columns = page_of(owner, uploaded.location)
    assert "people.csv" in columns and "semicolon" in columns and "ada@example.com" in columns
    after_columns = send(owner, form_to(columns, "/mapping"))
    assert after_columns.location.endswith("/problems")
    problems = page_of(owner, after_columns.location)
    assert "This is not a phone number." in problems and "This is not a known country." in problems
    mended = send(owner, form_to(problems, "/problems"), cell__2__2="+49 30 901820", go="review")
    review = page_of(owner, mended.location)
    assert "Import 2 rows" in review
    confirmed = send(owner, form_to(review, "/confirm"))
    assert names(db, cast) == {"Ada Probe": ("+4930901820", "IE"), "Bo Test": (None, None)}
    report = page_of(owner, confirmed.location)
    assert "The import is done." in report and "This is not a known country." in report
    undone = send(owner, form_to(report, "/undo"))
    assert "The import was undone." in page_of(owner, undone.location)
    assert names(db, cast) == {}


def test_a_row_is_left_out_and_taken_back(owner: FlaskClient, import_id: int) -> None:
    address = f"/imports/{import_id}/problems"
    form = form_to(page_of(owner, address), "/problems")
    assert form.values.getlist("row") == ["2", "3"]
    send(owner, form, leave_out="2")
    page = page_of(owner, address)
    assert "You chose to leave this row out." in page
    form = form_to(page, "/problems")
    assert form.values.getlist("leave_out") == ["2"]
    form.values.poplist("leave_out")
    send(owner, form)
    assert "You chose" not in page_of(owner, address)


def test_problems_are_paged_and_filtered_by_column(
    settings: Settings, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    rows = "".join(f"Client {place};{place}@@x;{place}\n" for place in range(60))
    address = f"/imports/{upload(settings, db, cast.owner, 'Name;E-Mail;Telefon' + chr(10) + rows)}/problems"
    form = form_to(page_of(owner, address), "/problems")
    assert sum(name.startswith("cell-") for name in form.values) == 50
    following = send(owner, form, go="next", cell__2__1="first@example.com")
    assert following.location.endswith("/problems?after=50")
    assert "first@example.com" not in page_of(owner, following.location)
    phones = form_to(page_of(owner, f"{address}?column=2&after=50"), "/problems")
    assert {name.rsplit("-")[-1] for name in phones.values if name.startswith("cell-")} == {"2"}
    assert send(owner, phones, go="previous").location.endswith("/problems?column=2")


def test_columns_that_do_not_fit_are_refused_beside_them_and_what_was_chosen_stays(
    owner: FlaskClient, import_id: int
) -> None:
    form = form_to(page_of(owner, f"/imports/{import_id}"), "/mapping")
    answer = send(owner, form, field__1="name")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "already used for column 1" in page
    assert form_to(page, "/mapping").values["field-1"] == "name"
    assert send(owner, form, field__0="-", field__1="-", field__2="-").status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("header_row", "99", "is not a row of the file"),
        ("header_row", "one", "must be a whole number"),
        ("encoding", "morse", "is not a known encoding"),
        ("encoding", "utf-16", "is not the encoding of this file"),
        ("delimiter", "ab", "at most"),
    ],
)
def test_a_way_of_reading_that_does_not_fit_is_refused_beside_its_field(
    owner: FlaskClient, import_id: int, field: str, value: str, why: str
) -> None:
    address = f"/imports/{import_id}"
    before = values_of(owner, address)
    answer = send(owner, form_to(page_of(owner, address), "/mapping"), go="read", **{field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and why in page and f'id="{field}-error"' in page
    assert values_of(owner, address) == before


def test_a_choice_for_duplicates_is_shown_row_by_row(
    settings: Settings, db: Database, cast: Cast, owner: FlaskClient, import_id: int
) -> None:
    send(owner, form_to(page_of(owner, f"/imports/{import_id}/review"), "/confirm"))
    again = f"/imports/{upload(settings, db, cast.owner, PEOPLE)}/review"
    page = page_of(owner, again)
    assert "Import 0 rows" in page and len(re.findall(r'href="/clients/\d+"', page)) == 2
    changed = send(owner, form_to(page, "/mapping"), duplicates="add")
    assert "Import 2 rows" in page_of(owner, changed.location)


def test_a_file_that_cannot_be_read_is_refused_on_the_page(owner: FlaskClient) -> None:
    answer = owner.post("/imports", data={"file": (BytesIO(b"%PDF-1.7"), "x.pdf")})
    assert answer.status_code == 422
    assert "The file must be CSV, XLSX, ODS, vCard or JSON Lines" in answer.get_data(as_text=True)
    assert owner.post("/imports", data={}, content_type="multipart/form-data").status_code == 422


def test_a_discarded_file_is_gone(owner: FlaskClient, import_id: int) -> None:
    form = form_to(page_of(owner, f"/imports/{import_id}"), "/undo")
    assert send(owner, form).location.endswith("/imports")
    assert "was discarded" in page_of(owner, f"/imports/{import_id}")


def test_a_waiting_page_is_loaded_anew_when_there_is_nothing_to_wait_for(
    owner: FlaskClient, import_id: int
) -> None:
    answer = owner.get(f"/imports/{import_id}", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_problems_can_be_downloaded_without_running_formulas(
    settings: Settings, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    text = "Name;E-Mail\n=1+1;=HYPERLINK(1)\n"
    content = owner.get(f"/imports/{upload(settings, db, cast.owner, text)}/problems.csv").get_data(
        as_text=True
    )
    assert "'=HYPERLINK(1)" in content


def test_only_those_who_may_import_see_the_way_there(owner: FlaskClient, viewer: FlaskClient) -> None:
    for address in ("/clients", "/leads"):
        assert 'href="/imports"' in page_of(owner, address)
        assert 'href="/imports"' not in page_of(viewer, address)
    assert viewer.get("/imports").status_code == 403


@pytest.mark.parametrize("records", ["clients", "leads"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_each_column_of_a_template_is_recognised(owner: FlaskClient, records: RecordKind, form: str) -> None:
    content = owner.get(f"/imports/template/{records}/{form}").data
    row = ",".join(example.replace(",", "") for _header, _field, example in COLUMNS[records])
    if form == "csv":
        content += f"{row}\r\n".encode()
    answer = owner.post("/api/imports", data={"file": (BytesIO(content), f"t.{form}"), "records": records})
    if form == "xlsx":
        assert "no rows below its header" in answer.get_data(as_text=True)
        return
    fields = [column["field"] for column in answer.get_json()["data"]["columns"]]
    assert fields == [field for _header, field, _example in COLUMNS[records]]


def test_each_import_stands_in_the_list_of_all(owner: FlaskClient, import_id: int) -> None:
    page = page_of(owner, "/imports")
    assert f'href="/imports/{import_id}"' in page
    assert "Nothing has been imported yet" not in page
