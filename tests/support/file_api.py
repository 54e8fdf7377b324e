"""Upload and fetch files over the API."""

from io import BytesIO
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from crm.config import Settings

TEXT = "Grüße aus Łódź\n".encode()


def add_client(client: FlaskClient) -> int:
    return int(client.post("/api/clients", json={"name": "Anna"}).get_json()["data"]["id"])


def upload(
    client: FlaskClient, path: str, name: str = "note.txt", content: bytes = TEXT, **options: Any
) -> Any:
    method = options.pop("method", "POST")
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), name)})
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.open(path, method=method, data=body, content_type=content_type, **options)


def add_file(client: FlaskClient, name: str = "note.txt", content: bytes = TEXT) -> dict[str, Any]:
    response = upload(client, f"/api/clients/{add_client(client)}/files", name, content)
    assert response.status_code == 201, response.get_data(as_text=True)
    return dict(response.get_json()["data"])


def fetch(client: FlaskClient, path: str, **options: Any) -> Any:
    """A download that is read and closed, as a server does."""
    return client.open(path, buffered=True, **{"method": "GET", **options})


def on_disk(settings: Settings) -> list[Path]:
    return sorted(
        path for path in settings.upload_folder.rglob("*") if path.is_file() and path.name != ".holdfast"
    )


def add_lead(owner: FlaskClient) -> int:
    return int(owner.post("/api/leads", json={"title": "Roof"}).get_json()["data"]["id"])
