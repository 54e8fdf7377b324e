"""The SQL texts of the rooms: those that are constants in the code, and those that the tests made it compose.

A text that the code composes is known only where it runs: `Recorder` writes each down, when it is first
prepared, in a folder that is named after the code. So a run of a part of the tests adds to it.
"""

import ast
import hashlib
import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import apsw

from crm.config import PROJECT_ROOT
from crm.db.sqlite import statements

CRM = PROJECT_ROOT / "crm"
VERBS = {"all", "one", "value", "run", "insert", "tuples"}
SQL_WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
OF_SQLITE = ("crm.db.sqlite.search_", "crm.db.sqlite.ids")
BENEATH = (
    "crm.db.sqlite",
    "crm.db.postgres",
    "crm.db.backup",
    "crm.db.database",
    "crm.db.transaction",
    "crm.db.session",
)
"""What runs texts of others, or has an engine's own."""
RECORDINGS = PROJECT_ROOT / ".pytest_cache" / "sql"


@dataclass
class Texts:
    """`found` has each text with the place that runs it; `composed` are those that compose theirs."""

    found: dict[str, str] = field(default_factory=dict)
    composed: set[str] = field(default_factory=set)


def texts_in_code() -> Texts:
    texts = Texts()
    for path in sorted(CRM.rglob("*.py")):
        name = ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts)
        if not name.startswith(BENEATH):
            _collect(name, path, texts)
    return texts


def _collect(name: str, path: Path, texts: Texts) -> None:
    for function, operation in _functions(ast.parse(path.read_text())):
        for call in (node for node in ast.walk(function) if _runs_sql(node)):
            assert isinstance(call, ast.Call)
            place = f"{name}.{operation}"
            text = _evaluated(name, function, call.args[0])
            if text is None:
                texts.composed.add(place)
            else:
                texts.found.setdefault(text, place)


def _functions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Each with the name by which `_place` knows it: a function within another is part of that one."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node, node.name
        elif isinstance(node, ast.ClassDef):
            yield from ((each, node.name) for each in node.body if isinstance(each, ast.FunctionDef))


def _runs_sql(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in VERBS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("tx", "part")
        and bool(node.args)
    )


def _evaluated(name: str, function: ast.FunctionDef, wanted: ast.expr) -> str | None:
    """The text, made of constants of the module and of what the function itself gave a name."""
    names = dict(vars(importlib.import_module(name)))
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            names.pop(node.targets[0].id, None)
            value = _value(node.value, names)
            if isinstance(value, str):
                names[node.targets[0].id] = value
    text = _value(wanted, names)
    return text if isinstance(text, str) and text.lstrip().startswith(SQL_WORDS) else None


def _value(expression: ast.expr, names: dict[str, Any]) -> object:
    """None for what depends on more than names: nothing is called here."""
    if any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(expression)):
        return None
    try:
        return eval(compile(ast.Expression(expression), "sql", "eval"), names)  # noqa: S307 - our own code
    except (NameError, AttributeError, TypeError, KeyError):
        return None


@cache
def code_mark() -> str:
    found = hashlib.sha256()
    for path in sorted(CRM.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


class Recorder:
    """Writes down what this process prepares, one file a process."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._inspect = statements.inspect

    def start(self) -> None:
        statements.inspect = self._noted

    def _noted(
        self, connection: apsw.Connection, sql: str, schema: statements.Schema
    ) -> statements.Statement:
        statement = self._inspect(connection, sql, schema)
        if sql not in self.texts and (place := _place()) is not None:
            self.texts[sql] = place
        return statement

    def keep(self, process: str) -> None:
        if not self.texts:
            return
        folder = RECORDINGS / code_mark()
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{process}.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps({**known, **self.texts}))


def _place() -> str | None:
    """The innermost operation that asked for it; None for what a test, or SQLite's own part, asked."""
    frame = inspect.currentframe()
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith(("tests.", *OF_SQLITE)) and name != __name__:
            return None
        own = name.startswith("crm.") and not name.startswith(BENEATH)
        if own and not frame.f_code.co_name.startswith("<"):
            return f"{name}.{frame.f_code.co_qualname.partition('.')[0]}"
        frame = frame.f_back
    return None


def note_whole_run() -> None:
    (RECORDINGS / code_mark()).mkdir(parents=True, exist_ok=True)
    (RECORDINGS / code_mark() / "whole").touch()


def was_whole_run() -> bool:
    """Whether all tests of this code ran, but for those that run alone after the others."""
    return (RECORDINGS / code_mark() / "whole").exists()


def recorded_texts() -> Iterator[tuple[str, str]]:
    for file in sorted((RECORDINGS / code_mark()).glob("*.json")):
        yield from json.loads(file.read_text()).items()


def tables_of_tests() -> set[str]:
    """Of the kinds of record that only the tests know, in migrations of their own."""
    files = (PROJECT_ROOT / "tests" / "kinds").rglob("*.sql")
    return {name for file in files for name in re.findall(r"CREATE TABLE (\w+)", file.read_text())}


def process_name(config: Any) -> str:
    return str(getattr(config, "workerinput", {}).get("workerid", "main")) + f"-{sys.platform}"
