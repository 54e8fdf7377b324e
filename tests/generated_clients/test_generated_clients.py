"""Clients that others' generators make of our document compile, and work against a running appliance."""

import importlib
import json
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.appliance import Appliance
from tests.support.surroundings import surroundings

pytestmark = pytest.mark.timeout(900)
HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
DOWNLOADS = {"application/zip": "application/octet-stream", "application/x-tar": "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    token: str
    document: Path


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An appliance with a workspace, and its document as a file."""
    folder = tmp_path_factory.mktemp("appliance")
    appliance = Appliance(folder, WEB_WORKERS="1")
    token = appliance.set_up()
    with appliance, appliance.client() as client:
        document = folder / "openapi.json"
        document.write_bytes(client.get("/api/openapi.json").content)
        yield Running(appliance.url, token, document)


@pytest.fixture
def python_client(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the generated package, which can be imported."""
    name = "generated_by_openapi_python_client"
    options = tmp_path / "options.json"
    options.write_text(json.dumps({"content_type_overrides": DOWNLOADS, "post_hooks": []}))
    made = run(
        sys.executable, "-m", "openapi_python_client", "generate", "--path", str(running.document),
        "--output-path", str(tmp_path / name), "--meta", "none", "--config", str(options),
        "--fail-on-warning", folder=tmp_path,
    )  # fmt: skip
    assert "WARNING" not in made
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_every_module_of_the_python_client_can_be_imported(python_client: str, running: Running) -> None:
    package = importlib.import_module(python_client)
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{python_client}.")]
    for name in names:
        importlib.import_module(name)
    views = {name.rpartition(".")[2] for name in names if ".api." in name}
    document = json.loads(running.document.read_bytes())
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["operationId"].replace(".", "_") in views


def test_the_python_client_keeps_records(python_client: str, running: Running) -> None:
    def of(module: str) -> Any:
        return importlib.import_module(f"{python_client}.{module}")

    clients, models = "api.clients.clients_", of("models")
    with of("client").AuthenticatedClient(base_url=running.url, token=running.token) as api:
        body = models.NewClient(name="Grace Hopper", email="grace@example.org", tags=["vip"])
        created = of(f"{clients}create").sync(client=api, body=body, idempotency_key="python-1").data
        assert (created.name, created.version) == ("Grace Hopper", 1)
        listed = of(f"{clients}list_all").sync(client=api, q="Hopper", limit=10)
        assert [each.id for each in listed.data] == [created.id] and listed.page.next_ is None
        change, fresh = of(f"{clients}patch"), models.PatchedClient(name="Grace Murray")
        changed = change.sync(created.id, client=api, body=fresh, if_match='"1"')
        assert (changed.data.name, changed.data.version) == ("Grace Murray", 2)
        stale = change.sync_detailed(created.id, client=api, body=fresh, if_match='"1"')
        assert stale.status_code == 412
        missing = of(f"{clients}get").sync(999_999, client=api)
        assert (missing.status, bool(missing.request_id)) == (404, True)
        invalid = of(f"{clients}create").sync(client=api, body=models.NewClient(name="Bob", email="nowhere"))
        assert (invalid.status, [each.field for each in invalid.errors]) == (422, ["email"])
        note = models.NoteFields(subject="client", subject_id=created.id, text="Called")
        assert of("api.notes.notes_create").sync(client=api, body=note).data.text == "Called"


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
@pytest.mark.skipif(not MODULES.is_dir(), reason="needs `npm ci` in tests/generated_clients")
def test_the_typescript_client_compiles_strictly_and_keeps_records(running: Running, tmp_path: Path) -> None:
    for name in ("package.json", "tsconfig.json", "records.ts"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    run("node", str(bin_of("openapi-typescript")), str(running.document), "-o", "api.ts", folder=tmp_path)
    run("node", str(bin_of("typescript", "tsc")), "-p", ".", folder=tmp_path)
    used = run("node", "made/records.js", running.url, running.token, folder=tmp_path)
    assert used.strip() == "used"


def bin_of(package: str, program: str | None = None) -> Path:
    """The script behind a command of an installed package."""
    commands = json.loads((MODULES / package / "package.json").read_bytes())["bin"]
    return MODULES / package / (commands if isinstance(commands, str) else commands[program or package])


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=surroundings(HOME=str(folder), NO_PROXY="127.0.0.1"),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr
