"""Translating PostgreSQL's errors, by their SQLSTATE."""

import psycopg

from crm.db.failures import FAULT, FULL, IntegrityConflict
from crm.db.session import Undone
from crm.errors import Busy, Full

RUN_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock
TOO_SLOW = "The database took too long; nothing was saved. Please try again."
IN_USE = "The database is busy; nothing was saved. Please try again."
BUSY = {
    "57014": TOO_SLOW,  # cancelled
    "25P03": TOO_SLOW,  # idle for too long
    "55P03": IN_USE,  # lock not available
    "53300": IN_USE,  # too many connections
    "53200": IN_USE,  # out of memory
}
DISK_FULL = "53100"
INTEGRITY = "23"
LOST = ("08", "57P")
"""Classes of a connection that broke, and of a server that stops or starts."""


def translate(error: psycopg.Error) -> Exception:
    """The refusal for an engine error, or the error itself if it is a defect of ours."""
    state = error.sqlstate or ""
    if state in RUN_AGAIN:
        return Undone()
    if state in BUSY:
        return Busy(BUSY[state])
    if state == DISK_FULL:
        return Full(FULL)
    if state.startswith(INTEGRITY):
        return IntegrityConflict(str(error))
    if state.startswith(LOST) or (not state and isinstance(error, psycopg.OperationalError)):
        return Busy(FAULT, retry_after=5)
    return error
