"""Read an uploaded file in a process of its own, into a folder for each way of reading it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import orjson

from crm.config import PROJECT_ROOT, Settings
from crm.errors import FieldProblem, Full, Invalid, Sentence
from crm.imports.fields import ImportSettings
from crm.imports.reading.staged import Facts, staged_facts
from crm.imports.spool import SOURCE, folder_of

PROGRAM = "crm.imports.reading.program"
REFUSED, NO_ROOM_LEFT = 3, 4
READING = ("encoding", "delimiter", "sheet", "header_row")
PREFIX = "rows-"
UNFINISHED = ".new"
NO_LONGER_HERE = "is no longer available; upload it again"
TOO_DEAR = "takes too much time or memory to read; split the file"
NO_ROOM = "The disk is full; the file was not read."


def rows_folder(settings: Settings, name: str, options: ImportSettings) -> Path:
    """Where the rows are that were read with these options."""
    wanted = hashlib.sha256(_reading(options)).hexdigest()[:16]
    return folder_of(settings, name) / f"{PREFIX}{wanted}"


def stage_file(
    settings: Settings,
    name: str,
    options: ImportSettings,
    seconds: float,
    *,
    keep: ImportSettings | None = None,
) -> Facts | None:
    """None if it takes longer than `seconds`. Rows read with options other than these and `keep` are removed.

    Raises Invalid and Full.
    """
    target = rows_folder(settings, name, options)
    if not (target.parent / SOURCE).exists():
        raise Invalid.field("file", NO_LONGER_HERE)
    _remove_others(target, target if keep is None else rows_folder(settings, name, keep))
    if target.exists():
        return staged_facts(target)
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.mkdir(mode=0o700, exist_ok=True)
    try:
        ended = _run(target.parent / SOURCE, unfinished, _reading(options), seconds)
        _refuse_unread(ended)
        unfinished.rename(target)
    except subprocess.TimeoutExpired:
        return None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return staged_facts(target)


def _reading(options: ImportSettings) -> bytes:
    return orjson.dumps({key: getattr(options, key) for key in READING})


def _remove_others(*kept: Path) -> None:
    for each in kept[0].parent.glob(f"{PREFIX}*"):
        if each not in kept and not each.name.endswith(UNFINISHED):
            shutil.rmtree(each, ignore_errors=True)


def _run(source: Path, folder: Path, wanted: bytes, seconds: float) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", PROGRAM, str(source), str(folder), wanted.decode()],
        cwd=PROJECT_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )


def _refuse_unread(ended: "subprocess.CompletedProcess[bytes]") -> None:
    if ended.returncode == REFUSED:
        raise Invalid(
            *(
                FieldProblem(field, Sentence(template, **values))
                for field, template, values in orjson.loads(ended.stdout)
            )
        )
    if ended.returncode == NO_ROOM_LEFT:
        raise Full(NO_ROOM)
    if ended.returncode:
        raise Invalid.field("file", TOO_DEAR)
