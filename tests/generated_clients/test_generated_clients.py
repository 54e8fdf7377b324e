"""Clients that others' generators make of our document compile, and work against a running appliance."""

import importlib
import json
import pkgutil
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.generated_clients.conftest import Running, run

pytestmark = pytest.mark.timeout(900)
HERE = Path(__file__).parent
MODULES = HERE / "node_modules"


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
    for name in ("package.json", "tsconfig.json", "records.ts", "rooms.ts"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    run("node", str(bin_of("openapi-typescript")), str(running.document), "-o", "api.ts", folder=tmp_path)
    run("node", str(bin_of("typescript", "tsc")), "-p", ".", folder=tmp_path)
    for program in ("records", "rooms"):
        used = run("node", f"made/{program}.js", running.url, running.token, folder=tmp_path)
        assert used.strip() == "used"


def bin_of(package: str, program: str | None = None) -> Path:
    """The script behind a command of an installed package."""
    commands = json.loads((MODULES / package / "package.json").read_bytes())["bin"]
    return MODULES / package / (commands if isinstance(commands, str) else commands[program or package])
