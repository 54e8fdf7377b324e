"""CONTRIBUTING.md names the place of every file, and only places that exist; no file is long."""

import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import pytest

from crm.config import PROJECT_ROOT

HEADING = "## Where does it go?\n"
WRITTEN = (".py", ".js", ".css", ".html")
MOST_LINES = 250


def places() -> list[str]:
    """The paths in the first column of the table: a folder ends in `/`, all below it in `**`."""
    text = (PROJECT_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(HEADING)[1].split("\n## ")[0]
    cells = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("needs the repository that git knows")
    found = [name for name in listed.stdout.split("\0") if name and (PROJECT_ROOT / name).exists()]
    assert len(found) > 500
    return found


def is_in(place: str, name: str) -> bool:
    if place.endswith("**"):
        return name.startswith(place.removesuffix("**"))
    if place.endswith("/"):
        return fnmatchcase(f"{PurePosixPath(name).parent}/", place) and name.count("/") == place.count("/")
    return name == place


def mirrors(name: str) -> bool:
    """Whether it is a test in a folder that the program has, too."""
    folder = PurePosixPath(name).parent
    return folder.parts[0] == "tests" and (PROJECT_ROOT / "crm" / folder.relative_to("tests")).is_dir()


def homeless(names: list[str], known: list[str]) -> set[str]:
    return {
        name
        for name in names
        if not any(is_in(place, name) for place in known) and not ("/" in name and mirrors(name))
    }


def test_each_file_has_its_place() -> None:
    assert homeless(files(), places()) == set()


def test_each_place_holds_something() -> None:
    names = files()
    assert [place for place in places() if not any(is_in(place, name) for name in names)] == []


def test_a_file_outside_of_all_places_is_found() -> None:
    strays = [
        "crm/attic.py",
        "crm/attic/things.py",
        "crm/web/static/more/board.js",
        "tests/attic/test_it.py",
        "notes.txt",
    ]
    assert homeless(strays, places()) == set(strays)
    assert (
        homeless(["crm/leads/more.py", "tests/leads/test_more.py", "crm/web/pages/deals/deals.py"], places())
        == set()
    )


def too_long(lengths: dict[str, int]) -> dict[str, int]:
    """Those of us, and not of others, that are to be split by subject; each with its lines."""
    return {
        name: lines
        for name, lines in lengths.items()
        if name.endswith(WRITTEN) and "vendor" not in PurePosixPath(name).parts and lines > MOST_LINES
    }


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    lengths = {
        name: (PROJECT_ROOT / name).read_bytes().count(b"\n") for name in files() if name.endswith(WRITTEN)
    }
    assert too_long(lengths) == {}


def test_a_file_that_is_too_long_is_found() -> None:
    ours = {f"crm/leads/leads{ending}": 251 for ending in WRITTEN}
    others = {"crm/web/vendor/chart/chart.js": 9000, "tests/support/vendor/axe-core/axe.js": 9000}
    assert too_long({**ours, **others, "README.md": 251, "crm/leads/moves.py": 250}) == ours
