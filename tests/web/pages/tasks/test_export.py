"""The list of tasks and the activity lead to exports of what they show."""

import re
from html import unescape

from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast


def task(browser: FlaskClient, title: str, assignee_id: int | None, *, done: bool = False) -> None:
    answer = browser.post("/api/tasks", json={"title": title, "assignee_id": assignee_id})
    assert answer.status_code == 201, answer.get_json()
    if done:
        path = f"/api/tasks/{answer.get_json()['data']['id']}"
        assert browser.patch(path, json={"done": True}).status_code == 200


def exported_from(browser: FlaskClient, page: str) -> list[str]:
    """The titles in the file to which the page's button leads."""
    text = browser.get(page).get_data(as_text=True)
    (address,) = re.findall(r'id="list-export" href="([^"]+)"', text)
    path, _sign, asked = unescape(address).partition("?")
    assert browser.get(f"{path}?{asked}").status_code == 200
    file = browser.get(f"{path}/file?{asked}&format=jsonl").get_data(as_text=True)
    return sorted(re.findall(r'"title":"([^"]+)"', file))


def test_the_button_exports_the_tasks_that_the_list_shows(
    db: Database, cast: Cast, owner: FlaskClient
) -> None:
    me = cast.owner.user_id
    task(owner, "Mine", me)
    task(owner, "Mine, done", me, done=True)
    task(owner, "Theirs", cast.colleague.user_id)
    assert exported_from(owner, "/tasks") == ["Mine"]
    assert exported_from(owner, "/tasks?done=true") == ["Mine, done"]
    assert exported_from(owner, "/tasks?assignee_id=0") == ["Mine", "Theirs"]


def test_only_who_may_export_sees_the_buttons(owner: FlaskClient, viewer: FlaskClient) -> None:
    for page, path in (("/tasks", "/tasks/export"), ("/activity", "/notes/export")):
        assert path in owner.get(page).get_data(as_text=True)
        assert path not in viewer.get(page).get_data(as_text=True)
