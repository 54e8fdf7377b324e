"""Every text that people read can be found for translation, and is said in the reader's language."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import flask_babel
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from flask import Flask

from crm.config import PROJECT_ROOT
from crm.errors import Sentence
from crm.web.i18n import worded

# The console's own, in English: its commands, its settings, what only they can meet.
ON_THE_CONSOLE = (
    "commands", "appliance", "config.py", "setting_folders.py", "setting_types.py", "db", "cli.py",
    "supervisor.py",
)  # fmt: skip
PLACE = {"field": 1, "FieldProblem": 1}
REFUSALS = {
    *PLACE, "ValueError", "Conflict", "NotFound", "Forbidden", "Stale", "TooMany", "WrongType", "TooLarge",
    "Busy", "Full", "Malformed", "Unauthorized", "WrongCredentials",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    script = (PROJECT_ROOT / "scripts/messages").read_text(encoding="utf-8")
    command = script.replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        [
            "sh",
            "-c",
            command.replace('cd -- "$(dirname -- "$0")/.."', f"cd {PROJECT_ROOT}"),
            "messages",
            str(target),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    with target.open(encoding="utf-8") as file:
        return read_po(file)


def refusals() -> Iterator[tuple[str, ast.expr]]:
    """Where a refusal is made, and the expression of what it says."""
    for path in sorted((PROJECT_ROOT / "crm").rglob("*.py")):
        if path.relative_to(PROJECT_ROOT / "crm").parts[0] in ON_THE_CONSOLE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in REFUSALS and len(node.args) > PLACE.get(name, 0):
                yield f"{path.name}:{node.lineno}", node.args[PLACE.get(name, 0)]


def test_no_refusal_is_put_together_of_pieces_that_nobody_can_translate() -> None:
    glued = [
        place
        for place, said in refusals()
        if isinstance(said, ast.JoinedStr | ast.BinOp | ast.IfExp)
        or (isinstance(said, ast.Call) and isinstance(said.func, ast.Attribute) and said.func.attr == "join")
    ]
    assert glued == []


def test_every_refusal_and_every_page_stands_in_the_template_for_translators(catalog: Catalog) -> None:
    said = {str(node.value) for _, node in refusals() if isinstance(node, ast.Constant)}
    sentences = {
        str(node.args[0].value)
        for _, node in refusals()
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if getattr(node.func, "id", "") == "Sentence"
    }
    known = {text for message in catalog for text in (message.id if message.pluralizable else (message.id,))}
    assert len(said) > 100 and len(sentences) > 15
    assert (said | sentences) - known == set()
    assert {"Save view", "is required", "Too many attempts. Try again in {n} second."} <= known
    templates = (PROJECT_ROOT / "crm/web/templates").rglob("*.html")
    in_pages = {
        text for path in templates for text in re.findall(r'_\("([^"\n{}%\\]+)"', path.read_text("utf-8"))
    }
    assert len(in_pages) > 300
    assert in_pages - known == set()


class Shouting(NullTranslations):
    def gettext(self, message: str) -> str:
        return message.upper().replace("{NAME}", "{name}").replace("{N}", "{n}")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    ugettext, ungettext = gettext, ngettext


def test_a_refusal_is_said_in_the_reader_s_language_with_its_values_untouched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Flask("speaking")
    flask_babel.Babel(app)
    with app.test_request_context():
        for one, text in ((1, "wait 1 second"), (2, "wait 2 seconds")):
            assert worded(Sentence.counted("wait {n} second", "wait {n} seconds", one)) == text
        monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda _domain: Shouting())
        assert worded("is required") == "IS REQUIRED"
        assert worded(Sentence("no {name} here", name="{odd} %s")) == "NO {odd} %s HERE"
        assert worded(Sentence.counted("wait {n} second", "wait {n} seconds", 5)) == "WAIT 5 SECONDS"
        inner = Sentence("{name} fails", name=Sentence("is required"))
        assert worded(inner) == "IS REQUIRED FAILS"
        assert worded("") == ""


def test_a_sentence_is_text_like_any_other(tmp_path: Path) -> None:
    made = Sentence("There is no {thing}.", thing="lead")
    assert made == "There is no lead." and isinstance(made, str)
    assert Sentence("may have {n}").filled(n=3) == "may have 3"
