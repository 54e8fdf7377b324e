"""A machine that cannot start the appliance says in one line what mends it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT

OLD = "exit 1"
WITHOUT_VENV = f"""
case "$2" in *ensurepip*) exit 1 ;; esac
exec {sys.executable} "$@"
"""


def crm_with_python(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(PROJECT_ROOT / "scripts", folder / "scripts")
    python = folder / "python3"
    python.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    python.chmod(0o755)
    return subprocess.run(
        ["./scripts/crm", "--version"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("body", "mend"),
    [(OLD, "Python 3.11 or newer is needed"), (WITHOUT_VENV, "apt-get install -y python3.")],
    ids=["old Python", "Python without venv"],
)
def test_a_python_that_does_not_do_is_one_line_with_what_mends_it(
    tmp_path: Path, body: str, mend: str
) -> None:
    done = crm_with_python(tmp_path, body)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert mend in done.stderr
    assert not (tmp_path / ".venv").exists()
