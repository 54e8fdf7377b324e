"""A fault of the system is described in words, whatever part of it is missing."""

import re

import pytest

from crm.config import PROJECT_ROOT
from crm.errors import system_reason, system_words

ELSEWHERE = {"crm/errors.py", "crm/supervisor.py"}  # the supervisor imports little


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (PermissionError(13, "Permission denied", "/srv/x"), "/srv/x: Permission denied"),
        (PermissionError("no way in"), "no way in"),
        (OSError(), "OSError"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_no_fault_is_shown_as_none(error: OSError, words: str) -> None:
    assert system_words(error) == words
    assert "None" not in system_reason(error)


def test_every_place_takes_these_words() -> None:
    raw = re.compile(r"\b(?:error|reason|lost|caught|fault)\.(?:strerror|filename)\b(?! or)")
    files = {str(path.relative_to(PROJECT_ROOT)): path for path in (PROJECT_ROOT / "crm").rglob("*.py")}
    assert [name for name in sorted(files.keys() - ELSEWHERE) if raw.search(files[name].read_text())] == []
