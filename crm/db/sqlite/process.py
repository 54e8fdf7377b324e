"""What a process must not do: touch the file by hand while it is open, or use it after a fork.

POSIX locks belong to a process and a file. Whoever opens the file beside the engine and closes it again drops
the engine's locks; whoever inherits an open file by a fork believes that it holds locks which it does not.
"""

import ctypes
import os
import weakref
from pathlib import Path

import apsw

_inherited: list[apsw.Connection] = []
# A connection that another thread is in does not tell its file.
_files: weakref.WeakKeyDictionary[apsw.Connection, str] = weakref.WeakKeyDictionary()


class FileInUse(RuntimeError):
    """The file is open in this process, or was open in the one it was forked from: a defect of ours."""


def is_open(database: Path) -> bool:
    """Whether a connection of this process has the file open."""
    return _among(apsw.connections(), database)


def must_not_be_open(database: Path) -> None:
    """Raise FileInUse when a connection of this process has the file open."""
    if is_open(database):
        raise FileInUse(f"{database} is open in this process, and is read and replaced by nobody else then.")


def must_not_be_inherited(database: Path) -> None:
    """Raise FileInUse when the file was open in the process that this one was forked from."""
    if _among(_inherited, database):
        raise FileInUse(f"{database} was opened before a fork; open it in the child alone.")


def _among(connections: list[apsw.Connection], database: Path) -> bool:
    name = os.path.realpath(database)
    return any(_files.get(connection) == name for connection in connections)


def _note_file(connection: apsw.Connection) -> None:
    _files[connection] = connection.filename


def _keep_inherited() -> None:
    """Never close an inherited connection: its last act would be a checkpoint by outdated knowledge."""
    for connection in apsw.connections():
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))
        _inherited.append(connection)


apsw.connection_hooks.append(_note_file)
os.register_at_fork(after_in_child=_keep_inherited)
