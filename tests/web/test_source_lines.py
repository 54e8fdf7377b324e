"""Templates, stylesheets and scripts are laid out so that a diff of them can be read."""

import re
from collections.abc import Iterator
from pathlib import Path

from crm.config import PROJECT_ROOT

WEB = PROJECT_ROOT / "crm" / "web"
LONGEST = 140
MOST_LINES = 250
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|url\([^)]*\)")
A_RULE_IN_ONE_LINE = re.compile(r"\{[^}]*:[^}]*\}|;[^;]*:")


def ours(*endings: str) -> list[Path]:
    """What we wrote: packages of others are in `vendor`."""
    folders = (WEB / "templates", WEB / "static")
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in endings]
    assert found
    return sorted(found)


def too_long(text: str) -> Iterator[int]:
    return (number for number, line in enumerate(text.splitlines(), 1) if len(line) > LONGEST)


def crowded(css: str) -> Iterator[int]:
    """The lines that hold several declarations, or a rule as a whole."""
    bare = QUOTED.sub("", COMMENT.sub(lambda found: "\n" * found[0].count("\n"), css))
    return (number for number, line in enumerate(bare.splitlines(), 1) if A_RULE_IN_ONE_LINE.search(line))


def test_no_line_of_a_template_a_stylesheet_or_a_script_is_longer_than_a_diff_is_wide() -> None:
    long = [
        f"{path.relative_to(WEB)}:{number}"
        for path in ours(".html", ".css", ".js")
        for number in too_long(path.read_text(encoding="utf-8"))
    ]
    assert long == []


def test_each_declaration_of_the_stylesheets_has_a_line_of_its_own() -> None:
    shared = [
        f"{path.relative_to(WEB)}:{number}"
        for path in ours(".css")
        for number in crowded(path.read_text(encoding="utf-8"))
    ]
    assert shared == []
    assert list(crowded("a {\n  color: red; margin: 0;\n}\nb { color: red; }\nc {\n  top: 0;\n}\n")) == [2, 4]
    assert list(crowded('a {\n  content: "a; b: c"; /* two; such: as */\n}\n')) == []


def test_a_stylesheet_has_one_subject_and_is_short() -> None:
    long = [path.name for path in ours(".css") if path.read_text(encoding="utf-8").count("\n") > MOST_LINES]
    assert long == []
