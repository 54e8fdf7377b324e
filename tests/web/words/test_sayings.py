"""Every kind of entry that the code writes into the ledger has its sentence."""

import ast
from pathlib import Path

import crm
from crm.kinds import KINDS as ALL_KINDS
from crm.web.kinds.kind_words import OTHER
from crm.web.kinds.words import WORDS

# What is put together from parts, and all that comes of it.
CHANGES = ["created", "changed", "deleted", "restored"]
KINDS = ["client", "lead", "task", "note", "file", "stage", "tag", "saved_view", "a_kind_to_come"]
BURIED = ["client", "lead", "task", "note", "call", "stage", "pipeline", "saved_view"]
COMPOSED = {
    "{}.changed": [f"{kind}.changed" for kind in ("client", "lead")],
    "{}.deleted": [f"{kind}.deleted" for kind in BURIED],
    "{}.restored": [f"{kind}.restored" for kind in BURIED],
    "{}.exported": [f"{kind.name}.exported" for kind in ALL_KINDS if kind.export is not None],
    "file.{}": ["file.created", "file.deleted", "file.restored"],
    "task.{}": [f"task.{verb}" for verb in (*CHANGES, "done", "reopened")],
    "{}.recovered": [f"{kind}.recovered" for kind in KINDS],
    "conversation.{}": [f"conversation.{verb}" for verb in ("reopened", "closed", "snoozed", "assigned")],
    "deal.{}": [action for kind in ALL_KINDS if kind.name == "deal" for action in kind.actions],
    "vehicle.{}": [f"vehicle.{verb}" for verb in ("held", "released", "sold", "returned")],
    "{}.{}": [f"{kind}.{verb}" for kind in ("note", "call", "stage", "pipeline") for verb in CHANGES],
}
RECORDING = {"record", "_record"}


def recorded_actions() -> set[str]:
    """The second argument of each `record(tx, …)` and `activity.record(tx, …)`; parts of f-strings are {}."""
    found = set()
    for path in Path(crm.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and _name(node.func) in {"record", "_record"}
                and len(node.args) > 1
            ):
                found.add(_text(node.args[1]))
    return {action for action in found if "." in action}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(argument: ast.expr) -> str:
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in argument.values
        )
    return ""


def test_every_entry_of_the_ledger_has_its_sentence() -> None:
    written = recorded_actions()
    assert {"client.created", "lead.moved", "task.{}", "{}.recovered"} <= written
    composed = {action for action in written if "{}" in action}
    assert composed <= COMPOSED.keys()
    whole = {action for shape in composed for action in COMPOSED[shape]}
    unsaid = {action for action in (written - composed) | whole if WORDS.saying_of(action) is OTHER}
    assert unsaid == set()
