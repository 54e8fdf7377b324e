"""Every command that README.md and docs/developer.md print runs as it is printed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import Appliance

PAGES = sorted([*PROJECT_ROOT.glob("*.md"), *PROJECT_ROOT.glob("docs/*.md")])
README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
DEVELOPER = (PROJECT_ROOT / "docs" / "developer.md").read_text(encoding="utf-8")
ADMINISTRATOR = (PROJECT_ROOT / "docs" / "administrator.md").read_text(encoding="utf-8")


def blocks_of(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


BLOCKS = blocks_of(README)
PASSWORD = "correct horse battery staple\n"
# As people have them open; `sh` reads more of its input than a line, and so gets its script as an argument.
# zsh fails where no file fits a pattern, and takes `#` for a word there.
SHELLS = {"sh": ["sh", "-e", "-c"], "bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"]}
ELSEWHERE = ("git", "docker", "sudo")


def block_with(part: str) -> str:
    (found,) = [block for block in BLOCKS if part in block]
    return str(found)


def by_the_real_clock(folder: Path) -> Appliance:
    """Where the clock of a test is moved, that of the scripts is not: they take no modules from elsewhere."""
    return Appliance(folder, PYTHONPATH="")


def run(appliance: Appliance, script: str, shell: str = "sh", path: str = os.environ["PATH"]) -> str:
    """What the script prints when it is typed, line by line, with the password after it."""
    typed, password = script.replace(":3001", f":{appliance.port}"), PASSWORD if "-stdin" in script else ""
    given = password if shell == "sh" else f"set -e\n{typed}{password}"
    done = subprocess.run(
        [*SHELLS[shell], *([typed] if shell == "sh" else [])],
        cwd=PROJECT_ROOT,
        env={**appliance.variables, "PATH": path, "HOME": str(appliance.folder), "TERM": "dumb", "PS1": ""},
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"needs {request.param}")
    return str(request.param)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_commands_of_an_appliance_that_runs_do_what_they_say(tmp_path: Path, shell: str) -> None:
    appliance = by_the_real_clock(tmp_path)
    with appliance:
        assert "can log in" in run(appliance, block_with("crm setup"), shell)
        assert '"data"' in run(appliance, block_with("token create"), shell)
        first, listing, verify, restore = block_with("crm restore").splitlines(keepends=True)
        name = Path(run(appliance, first, shell).strip().splitlines()[-1]).name
        assert name in run(appliance, listing, shell)
        assert "is good" in run(appliance, verify.replace("NAME", name), shell)
        appliance.stop()
        assert "Restored" in run(appliance, restore.replace("NAME", f"{name} --yes"), shell)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_examples_for_developers_run_one_after_another(tmp_path: Path, shell: str) -> None:
    appliance = by_the_real_clock(tmp_path)
    examples = DEVELOPER.split("## Changing Holdfast")[0]
    with appliance:
        run(appliance, block_with("crm setup"))
        said = run(appliance, "".join(blocks_of(examples)), shell)
        appliance.stop()
    assert '"name":"Ann Weber"' in said and '"city":"Berlin"' in said
    assert '"stage_kind":"won"' in said and '"action":"client.created"' in said


def test_what_needs_the_network_or_another_user_reaches_its_program_as_printed(
    tmp_path: Path, shell: str
) -> None:
    """Stand-ins for programs that are not ours tell the arguments that the shell gave them."""
    for name in ELSEWHERE:
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "called: {name} $*"\n')
        program.chmod(0o755)
    lines = [line for block in BLOCKS for line in block.splitlines()]
    calls = [line for line in lines if re.search(rf"\b({'|'.join(ELSEWHERE)}) ", line)]
    assert len(calls) == 9
    path = f"{tmp_path}:{os.environ['PATH']}"
    output = run(
        Appliance(tmp_path), "".join(f"{line.partition(' && cd')[0]}\n" for line in calls), shell, path
    )
    expected = [re.sub(r"^([A-Z_]+=\S+ )+| && cd .*$", "", line) for line in calls]
    assert re.findall(r"called: (.*)", output) == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_has_a_comment_beside_it(page: Path) -> None:
    """zsh, as people have it open, gives the words of a comment to the command."""
    for block in blocks_of(page.read_text(encoding="utf-8")):
        assert not re.search(r"(^|\s)#", block), block


def test_nothing_in_an_address_is_left_to_the_shell() -> None:
    """zsh takes `?` for a pattern, and fails where no file fits it."""
    for page in PAGES:
        for line in "".join(blocks_of(page.read_text(encoding="utf-8"))).splitlines():
            assert not re.search(r"(^|\s)https?://\S*[?&*\[]", line), line


def test_each_variable_that_a_command_names_is_set_before() -> None:
    for block in BLOCKS:
        for name in re.findall(r"\$\{?([A-Z_]+)", block):
            assert re.search(rf"\b{name}=", block), name


def test_every_script_and_file_that_is_named_is_there() -> None:
    for path in re.findall(r"(?<![\w/])\.?/?((?:scripts|docs|deploy)/[\w./-]+\w)", README):
        assert (PROJECT_ROOT / path).exists(), path


def test_every_crm_command_that_is_named_is_there() -> None:
    named = set(re.findall(r"(?:scripts/crm|`crm) ([a-z][a-z-]*)", README + DEVELOPER + ADMINISTRATOR))
    listed = subprocess.run(
        ["./scripts/crm", "--help"], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert named
    assert all(re.search(rf"^  {name}\b", listed, re.MULTILINE) for name in named), named


def test_the_unit_runs_as_a_user_at_every_boot_and_comes_back() -> None:
    (unit,) = re.findall(r"^```ini\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    for line in ("User=holdfast", "WantedBy=multi-user.target", "Restart=on-failure", "TimeoutStopSec=40"):
        assert f"\n{line}\n" in unit
