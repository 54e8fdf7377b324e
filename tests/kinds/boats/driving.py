"""What tests do with boats, as their owner."""

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from crm.config import Settings
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.db.transaction import Transaction
from crm.records.kinds import Kinds


def migrated(settings: Settings, kinds: Kinds) -> Settings:
    settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    settings.upload_folder.mkdir(parents=True, exist_ok=True)
    connection = open_writer(settings.sqlite_path, create=True)
    migrate(connection, load_migrations(kinds.migrations))
    connection.close()
    return settings


def add_boat(owner: FlaskClient, **given: object) -> int:
    answer = owner.post("/api/boats", json={"name": "Red van", "plate": "B-XY 1", **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def data(owner: FlaskClient, path: str) -> Any:
    return owner.get(path).get_json()["data"]


def names(owner: FlaskClient, path: str = "/api/boats") -> list[str]:
    return [row["name"] for row in data(owner, path)]


def page(owner: FlaskClient, path: str) -> str:
    answer = owner.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def undo(owner: FlaskClient) -> None:
    """The newest entry."""
    newest = data(owner, "/api/activities?entity=boat")[0]["id"]
    answer = owner.post(f"/api/activities/{newest}/undo")
    assert answer.status_code == 200, answer.get_data(as_text=True)


def attach(owner: FlaskClient, boat: int) -> dict[str, Any]:
    given = {"file": FileStorage(BytesIO(b"paper"), "paper.txt")}
    answer = owner.post(f"/api/boats/{boat}/files", data=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])


def forget_tokens(tx: Transaction) -> None:
    """Those that tests make are no tokens that an import takes."""
    tx.run("DELETE FROM tokens WHERE workspace_id = :workspace_id")
