"""The owner takes the workspace along; nobody else does."""

import io
import zipfile

from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast


def test_the_owner_downloads_the_workspace_and_it_is_noted(owner: FlaskClient) -> None:
    with owner.get("/api/workspace/export") as response:
        assert response.status_code == 200 and response.mimetype == "application/zip"
        content = response.data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"workspace.exported" in archive.read("tables/activities.jsonl")
        assert b"Elsewhere" not in archive.read("tables/workspaces.jsonl")


def test_nobody_but_the_owner_exports(app: Flask, db: Database, cast: Cast) -> None:
    problem_of(client_of(app, db, cast.colleague).get("/api/workspace/export"), 403)
    problem_of(client_of(app, db, cast.owner, scope="read").get("/api/workspace/export"), 403)
