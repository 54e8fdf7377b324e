"""What costs megabytes and is seldom needed is loaded when it is used, and not at the start."""

import subprocess
import sys

import pytest

from crm.when_used import WhenUsed

SELDOM = (
    "PIL", "cryptography", "httpx2", "obstore", "openpyxl", "psycopg", "pyrage", "python_calamine",
    "rapidfuzz", "segno", "spectree", "sqlite3", "unittest", "xlsxwriter",
)  # fmt: skip


@pytest.mark.parametrize("program", ["crm.cli", "crm.web.server", "crm.worker"])
def test_the_start_of_a_process_loads_nothing_that_is_seldom_needed(program: str) -> None:
    code = f"import sys, {program}; print(*sorted(set(sys.modules) & set({SELDOM!r})))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert loaded.stdout.split() == []


def test_a_module_is_there_once_it_is_used() -> None:
    assert WhenUsed("crm.money").__class__ is WhenUsed
    assert WhenUsed("json").loads("[1]") == [1]
    with pytest.raises(AttributeError):
        WhenUsed("json").nothing  # noqa: B018 - the access is what is tried
