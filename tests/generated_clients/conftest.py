"""A running appliance with its document, and the package that is generated of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.appliance import Appliance
from tests.support.surroundings import surroundings

NOWHERE = "http://127.0.0.1:9/v23.0"  # nothing listens there
PACKAGE = "generated_by_openapi_python_client"
DOWNLOADS = dict.fromkeys(
    ("application/pdf", "application/xml", "application/zip", "application/x-tar", "image/png", "image/jpeg"),
    "application/octet-stream",
)


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    token: str
    document: Path
    package: Path


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An appliance with a workspace, its document as a file, and the folder of the generated package."""
    folder = tmp_path_factory.mktemp("appliance")
    appliance = Appliance(folder, WEB_WORKERS="1", WHATSAPP_BASE_URL=NOWHERE)
    token = appliance.set_up()
    with appliance, appliance.client() as client:
        document = folder / "openapi.json"
        document.write_bytes(client.get("/api/openapi.json").content)
        yield Running(appliance.url, token, document, generated(document, folder))


@pytest.fixture
def python_client(running: Running, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the generated package, which can be imported."""
    monkeypatch.syspath_prepend(str(running.package))
    return PACKAGE


def generated(document: Path, folder: Path) -> Path:
    options, parent = folder / "options.json", folder / "generated"
    parent.mkdir()
    options.write_text(json.dumps({"content_type_overrides": DOWNLOADS, "post_hooks": []}))
    made = run(
        sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document),
        "--output-path", str(parent / PACKAGE), "--meta", "none", "--config", str(options),
        "--fail-on-warning", folder=folder,
    )  # fmt: skip
    assert "WARNING" not in made
    return parent


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=surroundings(HOME=str(folder), NO_PROXY="127.0.0.1"),
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr
