"""Templates are compiled once for all processes, and rendered the same whatever is kept of them."""

import sys
from pathlib import Path

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader, Environment

from crm.web.compiled_templates import keep_compiled_templates

PAGE = {"page.html": "{% for each in range(3) %}{{ _('Leads') }}{{ each }}{% endfor %}"}


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were compiled."""
    found: list[str] = []
    compile_source = Environment.compile

    def note(self: Environment, source: str, *rest: object, **options: object) -> object:
        found.append(source)
        return compile_source(self, source, *rest, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", note)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return found


def rendered(folder: Path, templates: dict[str, str] = PAGE) -> str:
    app = Flask(__name__)
    app.jinja_loader = DictLoader(templates)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    keep_compiled_templates(app, folder)
    with app.app_context():
        return render_template("page.html")


def test_a_template_is_compiled_at_the_first_start_alone(tmp_path: Path, compiled: list[str]) -> None:
    assert [rendered(tmp_path / "kept") for _ in range(3)] == ["Leads0Leads1Leads2"] * 3
    assert len(compiled) == 1


def test_a_changed_template_is_compiled_again(tmp_path: Path, compiled: list[str]) -> None:
    rendered(tmp_path)
    assert rendered(tmp_path, {"page.html": "Clients"}) == "Clients"
    assert len(compiled) == 2


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.9])
def test_a_damaged_file_is_compiled_again(tmp_path: Path, compiled: list[str], share: float) -> None:
    expected = rendered(tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    for damaged in (whole[: int(len(whole) * share)], b"\xff" * len(whole), whole[:30] + b"\0\1" * 200):
        kept.write_bytes(damaged)
        assert rendered(tmp_path) == expected
    assert len(compiled) == 4


def test_a_program_that_nobody_may_write_is_rendered_all_the_same(
    tmp_path: Path, compiled: list[str]
) -> None:
    (tmp_path / "file").touch()
    assert [rendered(tmp_path / "file" / "below") for _ in range(2)] == ["Leads0Leads1Leads2"] * 2
    assert len(compiled) == 2
