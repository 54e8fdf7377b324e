"""A machine that cannot start the appliance says in one line what mends it."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import wait_until

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


SLOW = f"""
case "$*" in
*"-m venv"*)
    mkdir -p .venv/bin
    cp "$0" .venv/bin/python
    printf '#!/bin/sh\\necho "crm 1"\\n' >.venv/bin/crm
    chmod +x .venv/bin/crm ;;
*"pip --version"*) [ -x .venv/bin/crm ] ;;
*scripts/install.py*)
    echo begin >>made; sleep 0.5; echo end >>made
    [ ! -e broken ] || {{ echo 'no "room"' >&2; exit 1; }} ;;
*) exec {sys.executable} "$@" ;;
esac
"""


def prepared_copy(folder: Path) -> dict[str, str]:
    """The scripts with a slow Python that only notes what it installs; returns the environment for them."""
    shutil.copytree(PROJECT_ROOT / "scripts", folder / "scripts")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(PROJECT_ROOT / name, folder)
    python = folder / "python3"
    python.write_text(f"#!/bin/sh\n{SLOW}\n", encoding="utf-8")
    python.chmod(0o755)
    return {"PATH": "/usr/bin:/bin", "PYTHON": str(python)}


def test_of_two_first_starts_one_prepares_and_the_other_waits(tmp_path: Path) -> None:
    environment = prepared_copy(tmp_path)
    starts = [
        subprocess.Popen(
            ["./scripts/crm"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [start.communicate(timeout=60) for start in starts]
    assert [(start.returncode, out) for start, (out, _) in zip(starts, said, strict=True)] == [
        (0, "crm 1\n")
    ] * 3
    assert (tmp_path / "made").read_text().split() == ["begin", "end"] * 2
    assert sum("waiting for it" in text for _, text in said) == 2


def run_script(folder: Path, environment: dict[str, str], name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [f"./scripts/{name}"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def replace_crm(folder: Path, *lines: str) -> None:
    """The program that scripts/serve becomes."""
    (folder / ".venv" / "bin" / "crm").write_text("\n".join(["#!/bin/sh", *lines, ""]))


def test_packages_are_not_changed_under_an_appliance_that_runs(tmp_path: Path) -> None:
    environment = prepared_copy(tmp_path)
    assert run_script(tmp_path, environment, "crm").returncode == 0
    replace_crm(tmp_path, "touch running", "exec sleep 50")
    with subprocess.Popen(["./scripts/serve"], cwd=tmp_path, env=environment) as running:
        try:
            wait_until((tmp_path / "running").exists)
            replace_crm(tmp_path, "echo ran")
            assert run_script(tmp_path, environment, "crm").stdout == "ran\n"
            (tmp_path / "requirements.lock").write_text("another==1")
            for name in ("serve", "crm", "test", "bench"):
                shutil.copy(tmp_path / "requirements.lock", tmp_path / "requirements-dev.lock")
                refused = run_script(tmp_path, environment, name)
                assert (refused.returncode, refused.stdout) == (1, "")
                assert "Holdfast is running from this folder" in refused.stderr
                assert len(refused.stderr.splitlines()) == 1
            assert (tmp_path / "made").read_text().split() == ["begin", "end"] * 2
        finally:
            running.kill()
    assert run_script(tmp_path, environment, "crm").stdout == "ran\n"
    assert (tmp_path / "made").read_text().split() == ["begin", "end"] * 4


def test_an_appliance_that_starts_anew_installs_what_the_new_version_needs(tmp_path: Path) -> None:
    environment = prepared_copy(tmp_path)
    assert run_script(tmp_path, environment, "crm").returncode == 0
    anew = 'echo another==1 >requirements.lock; touch anew; exec "$HOLDFAST_START_SCRIPT"'
    replace_crm(tmp_path, f"[ -e anew ] || {{ {anew}; }}", "echo started")
    done = run_script(tmp_path, environment, "serve")
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr
    assert (tmp_path / "made").read_text().split() == ["begin", "end"] * 4


@pytest.mark.parametrize("stream", ["2>/dev/full", "2>&-", "2>&1 >/dev/null | exit"])
def test_the_first_start_goes_on_where_nobody_reads_its_output(tmp_path: Path, stream: str) -> None:
    environment = prepared_copy(tmp_path)
    subprocess.run(
        ["sh", "-c", f"./scripts/crm {stream}"], cwd=tmp_path, env=environment, timeout=60, check=False
    )
    assert (tmp_path / ".venv" / "holdfast" / "place").read_text() == str(tmp_path)


@pytest.mark.parametrize("from_file", [True, False], ids=[".env", "environment"])
def test_every_line_of_a_first_start_is_json_when_asked(tmp_path: Path, from_file: bool) -> None:
    environment = prepared_copy(tmp_path)
    (tmp_path / "broken").touch()
    if from_file:
        (tmp_path / ".env").write_text("PORT=4000\nexport LOG_FORMAT='json'\n")
    else:
        environment["LOG_FORMAT"] = "JSON"
    done = subprocess.run(
        ["./scripts/crm"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert [entry["level"] for entry in entries] == ["info", "info", "error"]
    assert entries[-1]["event"] == 'no "room"'


@pytest.mark.parametrize(
    "configured",
    ["user = true", *(f"{name} = {{folder}}/elsewhere" for name in ("target", "prefix", "root"))],
)
def test_packages_land_in_the_environment_whatever_pip_is_configured_for(
    tmp_path: Path, configured: str
) -> None:
    venv, wheel = tmp_path / "venv", tmp_path / "probe_of_ours-1-py3-none-any.whl"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], timeout=120, check=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("probe_of_ours.py", "")
        archive.writestr(
            "probe_of_ours-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: probe-of-ours\nVersion: 1\n"
        )
        archive.writestr(
            "probe_of_ours-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("probe_of_ours-1.dist-info/RECORD", "")
    setting = configured.format(folder=tmp_path)
    config = tmp_path / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True)
    config.write_text(f"[global]\ntimeout = 7\n[install]\n{setting}\n")
    name, _, value = setting.partition(" = ")
    python = str(venv / "bin" / "python")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), f"PIP_{name.upper()}": value}
    script = str(PROJECT_ROOT / "scripts" / "install.py")
    subprocess.run([python, "-I", script, "--no-index", str(wheel)], env=environment, timeout=60, check=True)
    subprocess.run([python, "-I", "-c", "import probe_of_ours"], timeout=30, check=True)


@pytest.mark.skipif(not (PROJECT_ROOT / ".git").exists(), reason="needs the history of the project")
def test_a_clone_on_a_machine_that_writes_other_line_ends_runs(tmp_path: Path) -> None:
    clone = tmp_path / "holdfast"
    subprocess.run(
        ["git", "-c", "core.autocrlf=true", "clone", "--depth=1", f"file://{PROJECT_ROOT}", str(clone)],
        capture_output=True,
        timeout=120,
        check=True,
    )
    texts = [*clone.glob("scripts/*"), *clone.glob("deploy/*"), clone / "Dockerfile", clone / ".env.example"]
    assert not [path for path in texts if b"\r" in path.read_bytes()]
