"""What imports keep of an erased person: the uploaded file, its rows, previews and reports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from crm.appliance.erased_rows import as_json
from crm.appliance.erased_words import Words
from crm.config import Settings
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.imports.imports import set_state
from crm.imports.reading.staged import ROWS
from crm.imports.spool import folder_of

BLOCK = 1024 * 1024
OVERLAP = 4096
IN_WORK = "An import is in progress, which may hold this person, too. Erase them when it has ended."
AT_WORK = {"reading", "checking", "running", "undoing"}


def erase_imports(tx: Transaction, settings: Settings, words: Words) -> list[str]:
    """Discard unconfirmed imports with the person, and empty the reports of others; returns the folders to
    remove. Raises Conflict while an import that holds the person, or may do so, is under way.
    """
    _erase_problems(tx, words)
    folders = []
    for row in tx.all(
        """
        SELECT id, name, state, folder, options, facts, plan
          FROM imports
         WHERE workspace_id = :workspace_id
        """
    ):
        texts = [row["name"], *(orjson.loads(row[name]) for name in TOLD if row[name])]
        folder = folder_of(settings, row["folder"])
        if row["state"] in AT_WORK and _may_be_in(row["state"], folder, texts, words):
            raise Conflict(IN_WORK)
        if row["state"] == "ready" and _is_in_rows(folder, words):
            set_state(tx, row["id"], "undone", ended=True)
            texts = ["", *words.texts]
        if words.are_among(texts):
            _empty(tx, row, words)
            folders.append(str(row["folder"]))
    return folders


TOLD = ("options", "facts", "plan")


def _may_be_in(state: str, folder: Path, texts: list[Any], words: Words) -> bool:
    """Of an import under way: unless all of its rows are there to look at, and do not name the person."""
    is_read = state != "reading" and any(folder.glob(f"*/{ROWS}"))
    return not is_read or words.are_among(texts) or _is_in_rows(folder, words)


def _empty(tx: Transaction, row: Row, words: Words) -> None:
    """Without the cells that somebody corrected."""
    tx.run(
        """
        UPDATE imports
           SET name = :name, options = :options, facts = NULL, plan = NULL
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=row["id"],
        name="(erased)" if words.are_in(row["name"]) else row["name"],
        options=orjson.dumps({**orjson.loads(row["options"]), "corrections": []}).decode(),
    )


def _erase_problems(tx: Transaction, words: Words) -> None:
    rows = tx.all("SELECT id, value, message FROM import_problems WHERE workspace_id = :workspace_id")
    ids = [row["id"] for row in rows if words.are_in(row["value"]) or words.are_in(row["message"])]
    tx.run(
        """
        UPDATE import_problems
           SET value = '', message = '(erased)'
         WHERE workspace_id = :workspace_id
           AND id IN (SELECT value FROM json_each(:ids))
        """,
        ids=as_json(ids),
    )


def _is_in_rows(folder: Path, words: Words) -> bool:
    return any(words.are_in(text) for rows in folder.glob(f"*/{ROWS}") for text in _texts(rows))


def _texts(path: Path) -> Iterator[str]:
    """Each row as text, as it is stored."""
    with path.open("rb") as lines:
        for line in lines:
            value: Any = orjson.loads(line)
            yield " \n".join(str(cell) for cell in value[1])
