"""What costs megabytes and is seldom needed is loaded when it is used, and not at the start."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crm.cli import main
from crm.when_used import WhenUsed
from tests.support.appliance import Appliance

SELDOM = (
    "PIL", "cryptography", "httpcore2", "httpx2", "obstore", "openpyxl", "phonenumbers.timezone",
    "prometheus_client", "psycopg", "psycopg_pool", "pyrage", "crm.monitoring.traces",
    "pydoc", "python_calamine", "rapidfuzz", "redis", "segno", "spectree", "sqlite3", "stdnum", "typst",
    "xlsxwriter", "xml.sax.saxutils",
)  # fmt: skip


def seldom() -> set[str]:
    """What moves the clock of a test loads unittest."""
    return {*SELDOM} if "CLOCK_AHEAD" in os.environ else {*SELDOM, "unittest"}


@pytest.mark.parametrize("program", ["crm.commands.serve", "crm.web.server", "crm.worker"])
def test_the_start_of_a_process_loads_nothing_that_is_seldom_needed(program: str) -> None:
    code = f"import sys, {program}; print(*sorted(set(sys.modules) & {seldom()!r}))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert loaded.stdout.split() == []


def test_of_the_commands_only_the_one_that_is_typed_is_loaded() -> None:
    code = """
import sys
from contextlib import suppress
from crm.cli import main
with suppress(SystemExit):
    main(["backup", "--help"])
print(*sorted(name for name in sys.modules if name.startswith("crm.commands.")))
"""
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert set(loaded.stdout.splitlines()[-1].split()) <= {"crm.commands.backup", "crm.commands.terminal"}


def test_each_command_is_found_by_its_name() -> None:
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    assert {name: command and command.name for name, command in found.items()} == {
        name: name for name in found
    }


AT_REST = """
import sys
from crm.config import load_settings
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from crm.web.app import create_app
from crm.worker import JOBS
settings = load_settings()
prepare(settings)
create_app(settings)
database = open_database(settings)
for job in JOBS:
    job.run(database, settings)
database.close()
print(*sorted(set(sys.modules)))
"""


def test_a_server_at_rest_loads_nothing_that_is_seldom_needed(tmp_path: Path) -> None:
    surroundings = {**os.environ, **Appliance(tmp_path).variables}
    loaded = subprocess.run(
        [sys.executable, "-c", AT_REST],
        env=surroundings, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert loaded.returncode == 0, loaded.stderr
    assert seldom() & set(loaded.stdout.splitlines()[-1].split()) == set()


def test_a_module_is_there_once_it_is_used() -> None:
    assert WhenUsed("crm.money").__class__ is WhenUsed
    assert WhenUsed("json").loads("[1]") == [1]
    with pytest.raises(AttributeError):
        WhenUsed("json").nothing  # noqa: B018 - the access is what is tried
