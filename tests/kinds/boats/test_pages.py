"""The pages of a kind that the program does not know: its form, its record, its trash and its bar."""

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from tests.kinds.boats.driving import add_boat, data, names, page
from tests.support.page_forms import forms_of


def test_its_form_makes_it_changes_it_and_names_what_is_wrong(owner: FlaskClient) -> None:
    assert 'name="plate"' in page(owner, "/boats/new")
    wrong = owner.post("/boats/new", data={"name": "", "plate": "B-XY 1"})
    assert wrong.status_code == 422 and 'id="name-error"' in wrong.get_data(as_text=True)
    assert owner.post("/boats/new", data={"name": "Red van"}).location == "/boats/1"
    (form,) = [form for form in forms_of(page(owner, "/boats/1/edit")) if "plate" in form.values]
    form.values["plate"], form.values["tags"] = "M-AB 2", "leased"
    assert owner.post("/boats/1/edit", data=form.values).location == "/boats/1"
    changed = data(owner, "/api/boats/1")
    assert (changed["plate"], changed["tags"]) == ("M-AB 2", ["leased"])
    form.values["plate"] = "M-AB 3"
    stale = owner.post("/boats/1/edit", data=form.values)
    both = stale.get_data(as_text=True)
    assert stale.status_code == 412 and 'value="M-AB 2"' in both and 'value="M-AB 3"' in both


def test_its_page_shows_what_hangs_on_it_and_takes_files(owner: FlaskClient) -> None:
    boat = add_boat(owner)
    owner.post("/api/tasks", json={"title": "Repair", "subject": "boat", "subject_id": boat})
    given = {"file": FileStorage(BytesIO(b"paper"), "paper.txt")}
    assert owner.post(f"/boats/{boat}/files", data=given).status_code == 303
    for path, shown in (
        ("", "paper.txt"),
        ("/tasks", "Repair"),
        ("/files", "paper.txt"),
        ("/timeline", "Repair"),
    ):
        answer = owner.get(f"/boats/{boat}{path}", headers={"HX-Request": "true"})
        assert answer.status_code == 200 and shown in answer.get_data(as_text=True), path
    assert owner.get("/boats/99").status_code == 404


def test_its_pages_delete_it_and_restore_it_one_by_one_and_many_at_once(owner: FlaskClient) -> None:
    ids = [add_boat(owner), add_boat(owner, name="Blue bus")]
    assert owner.post(f"/boats/{ids[0]}/delete", data={"version": "9"}).location == f"/boats/{ids[0]}"
    assert len(names(owner)) == 2
    assert owner.post(f"/boats/{ids[0]}/delete", data={"version": "1"}).location == "/boats"
    assert names(owner) == ["Blue bus"] and "Red van" in page(owner, "/boats/trash")
    assert owner.post(f"/boats/{ids[0]}/restore").location == f"/boats/{ids[0]}"
    chosen = {"id": [str(each) for each in ids]}
    assert owner.post("/boats/bulk", data={**chosen, "change": "delete"}).status_code == 303
    assert names(owner) == []
    assert owner.post("/boats/bulk", data={**chosen, "change": "restore"}).status_code == 303
    assert names(owner) == ["Blue bus", "Red van"]
    every = {"change": "delete", "total": "2", "until": str(ids[1])}
    assert "2 boats" in owner.post("/boats/bulk/all", data=every).get_data(as_text=True)
    assert names(owner) == []


def test_many_are_made_changed_and_tagged_at_once_by_the_api_and_undone_together(owner: FlaskClient) -> None:
    """By one line of its description."""

    def run(*operations: dict[str, Any]) -> Any:
        answer = owner.post("/api/boats/bulk", json={"operations": operations})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()["data"]

    made = [each["id"] for each in run(*({"op": "create", "fields": {"name": n}} for n in ("Ada", "Bee")))]
    assert names(owner) == ["Ada", "Bee"]
    renamed = {"op": "update", "id": made[0], "version": 1, "fields": {"name": "Cid"}}
    (operation_id, _same) = (
        each["operation_id"] for each in run(renamed, {"op": "tag", "id": made[1], "add": ["fast"]})
    )
    assert (names(owner), names(owner, "/api/boats?tag=fast")) == (["Bee", "Cid"], ["Bee"])
    assert owner.post(f"/api/operations/{operation_id}/undo").status_code == 200
    assert (names(owner), names(owner, "/api/boats?tag=fast")) == (["Ada", "Bee"], [])
    assigned = {"operations": [{"op": "assign", "id": made[0], "owner_id": None}]}
    assert owner.post("/api/boats/bulk", json=assigned).status_code == 422
