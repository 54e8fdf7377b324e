"""/api/workspace/export: the workspace in one file, for its owner."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import Blueprint, Response

from crm import clock
from crm.activity.activity import record
from crm.appliance.transfer import export_to
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.backup.manifest import CHUNK
from crm.web.api.backups import app_settings
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import write
from crm.web.sessions.identity import actor

blueprint = Blueprint("api_exports", __name__, url_prefix="/api/workspace/export")
ZIP = "application/zip"


@blueprint.get("")
@permit("workspace.export")
@contract(content=(ZIP,))
def download() -> Response:
    """Download all records and files of the workspace, for `crm import-workspace`"""
    return export_of(app_settings(), actor())


def export_of(settings: Settings, who: Actor) -> Response:
    """Written beside the database, as /tmp may be small, and without a name from the moment it is open."""
    workspace = int(who.workspace_id or 0)
    write(record, "workspace.exported", "workspace", workspace)
    with tempfile.TemporaryDirectory(prefix=".part-export-", dir=settings.sqlite_path.parent) as folder:
        target = Path(folder) / "workspace.zip"
        export_to(settings, workspace, target)
        size = target.stat().st_size
        stream = target.open("rb")
    response = Response(_chunks(stream), mimetype=ZIP)
    response.content_length = size
    response.call_on_close(stream.close)
    name = f"workspace-{workspace}-{clock.timestamp()[:10]}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
