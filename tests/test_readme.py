"""Every command that README.md and docs/developer.md print runs as it is printed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import Appliance

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")


def blocks_of(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


BLOCKS = blocks_of(README)
DEVELOPER = (PROJECT_ROOT / "docs" / "developer.md").read_text(encoding="utf-8")
ADMINISTRATOR = (PROJECT_ROOT / "docs" / "administrator.md").read_text(encoding="utf-8")
PASSWORD = "correct horse battery staple\n"


def block_with(part: str) -> str:
    (found,) = [block for block in BLOCKS if part in block]
    return str(found)


def run(appliance: Appliance, script: str, shell: str = "sh") -> str:
    done = subprocess.run(
        [shell, "-e", "-u", "-c", script.replace(":3001", f":{appliance.port}")],
        cwd=PROJECT_ROOT,
        env={**appliance.variables, "PATH": os.environ["PATH"], "HOME": str(appliance.folder)},
        input=PASSWORD,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_commands_of_an_appliance_that_runs_do_what_they_say(tmp_path: Path) -> None:
    appliance = Appliance(tmp_path)
    with appliance:
        assert "can log in" in run(appliance, block_with("crm setup"))
        shells = [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)]
        for shell in shells:
            assert '"data"' in run(appliance, block_with("token create"), shell)
        first, listing, verify, restore = block_with("crm restore").splitlines()
        name = Path(run(appliance, first).strip()).name
        assert name in run(appliance, listing)
        assert "is good" in run(appliance, verify.replace("NAME", name))
        appliance.stop()
        assert "Restored" in run(appliance, restore.partition("#")[0].replace("NAME", f"{name} --yes"))


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_examples_for_developers_run_one_after_another(tmp_path: Path) -> None:
    appliance = Appliance(tmp_path)
    examples = DEVELOPER.split("## Changing Holdfast")[0]
    with appliance:
        run(appliance, block_with("crm setup"))
        said = run(appliance, "".join(blocks_of(examples)))
        appliance.stop()
    assert '"name":"Ann Weber"' in said and '"city":"Berlin"' in said
    assert '"stage_kind":"won"' in said and '"action":"client.created"' in said


def test_nothing_in_an_address_is_left_to_the_shell() -> None:
    """zsh takes `?` for a pattern, and fails where no file fits it."""
    for block in BLOCKS:
        for line in block.splitlines():
            assert not re.search(r"(^|\s)https?://\S*[?&*\[]", line.partition("  #")[0]), line


def test_each_variable_that_a_command_names_is_set_before() -> None:
    for block in BLOCKS:
        for name in re.findall(r"\$\{?([A-Z_]+)", block):
            assert re.search(rf"\b{name}=", block), name


def test_every_script_and_file_that_is_named_is_there() -> None:
    for path in re.findall(r"(?<![\w/])\.?/?((?:scripts|docs|deploy)/[\w./-]+\w)", README):
        assert (PROJECT_ROOT / path).exists(), path


def test_every_crm_command_that_is_named_is_there() -> None:
    pages = README + DEVELOPER + ADMINISTRATOR
    named = set(re.findall(r"(?:scripts/crm|`crm) ([a-z][a-z-]*)", pages))
    listed = subprocess.run(
        ["./scripts/crm", "--help"], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert named
    assert all(re.search(rf"^  {name}\b", listed, re.MULTILINE) for name in named), named


def test_the_unit_runs_as_a_user_at_every_boot_and_comes_back() -> None:
    (unit,) = re.findall(r"^```ini\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in ("User=holdfast", "WantedBy=multi-user.target", "Restart=on-failure", "TimeoutStopSec=40"):
        assert f"\n{line}\n" in unit
