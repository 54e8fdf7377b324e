"""The contracts of import-linter name every room, and the house keeps its measures."""

import ast
import tomllib
from typing import Any

import pytest

from crm.config import PROJECT_ROOT

CRM = PROJECT_ROOT / "crm"
ROOMS = sorted(path.parent.name for path in CRM.glob("*/__init__.py"))
BESIDE_THE_ROOMS = {"web", "commands", "db"}
KNOW_THE_ENGINE = {"counters", "database", "engines", "health", "search_upkeep", "sharing", "startup"}
MOST_IN_WEB = 14
USUAL_LINES = 16


def contract(name: str) -> dict[str, Any]:
    described = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))
    found = described["tool"]["importlinter"]["contracts"]
    return next(dict(each) for each in found if each["name"].startswith(name))


def test_the_layers_name_every_room() -> None:
    layers = {name.strip(" ()") for each in contract("Imports go down")["layers"] for name in each.split("|")}
    assert len(ROOMS) > 20 and set(ROOMS) - layers == set()


@pytest.mark.parametrize("name", ["Only the web floor knows Flask", "Above the ground floor"])
def test_what_no_room_may_import_is_forbidden_to_each(name: str) -> None:
    named = {module.removeprefix("crm.") for module in contract(name)["source_modules"]}
    assert set(ROOMS) - BESIDE_THE_ROOMS - named == set()


def test_what_may_not_know_the_engine_is_all_of_the_ground_floor_but_its_seam() -> None:
    named = {module.removeprefix("crm.db.") for module in contract("On the ground floor")["source_modules"]}
    assert named == {path.stem for path in (CRM / "db").glob("[a-z]*.py")} - KNOW_THE_ENGINE


def test_few_files_are_directly_in_the_web_floor_and_none_is_named_by_an_engine() -> None:
    assert len(list((CRM / "web").glob("*.py"))) <= MOST_IN_WEB
    assert list(CRM.rglob("*_sqlite.py")) == []


def test_nine_of_ten_functions_are_short() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in CRM.rglob("*.py")]
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert len(lengths) > 5000 and lengths[len(lengths) * 9 // 10] <= USUAL_LINES
