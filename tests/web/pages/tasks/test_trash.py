from flask.testing import FlaskClient

from tests.support.client_pages import text_of


def test_a_deleted_task_is_in_the_trash_of_tasks_until_it_is_restored(owner: FlaskClient) -> None:
    owner.post("/api/clients", json={"name": "Ann Weber"})
    for title in ("Ring back", "Send the offer"):
        given = {"title": title, "subject": "client", "subject_id": 1}
        assert owner.post("/api/tasks", json=given).status_code == 201
    assert "/tasks/trash" in text_of(owner.get("/tasks"))
    assert "The trash is empty" in text_of(owner.get("/tasks/trash"))
    assert owner.post("/tasks/1/delete", data={"version": "1"}).status_code == 303
    trash = text_of(owner.get("/tasks/trash"))
    assert "Ring back" in trash and "Ann Weber" in trash and "Send the offer" not in trash
    assert owner.post("/tasks/1/restore").status_code == 303
    assert "Ring back" in text_of(owner.get("/tasks")) and "Ring back" not in text_of(
        owner.get("/tasks/trash")
    )


def test_a_viewer_sees_the_trash_of_tasks_and_restores_nothing(
    owner: FlaskClient, viewer: FlaskClient
) -> None:
    owner.post("/api/tasks", json={"title": "Ring back"})
    owner.post("/tasks/1/delete", data={"version": "1"})
    page = text_of(viewer.get("/tasks/trash"))
    assert "Ring back" in page and "/tasks/1/restore" not in page
    assert viewer.post("/tasks/1/restore").status_code == 403
