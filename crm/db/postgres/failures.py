"""Translating PostgreSQL's errors, by their SQLSTATE."""

import psycopg

from crm.db.failures import FULL, IntegrityConflict
from crm.db.session import Undone
from crm.errors import Busy, Full, Invalid, Sentence

RUN_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock
TOO_SLOW = Sentence("The database took too long; nothing was saved. Please try again.")
IN_USE = Sentence("The database is busy; nothing was saved. Please try again.")
BROKEN = Sentence("The connection to the database broke; nothing was saved. Please try again.")
NOT_CONFIRMED = Sentence(
    "The connection to the database broke while the change was being saved: it may be saved or not. "
    "Please look before you try again."
)
BUSY = {
    "57014": TOO_SLOW,  # cancelled
    "25P03": TOO_SLOW,  # idle for too long
    "55P03": IN_USE,  # lock not available
    "53300": IN_USE,  # too many connections
    "53200": IN_USE,  # out of memory
}
DISK_FULL = "53100"
INTEGRITY = "23"
UNFIT = frozenset({"22001", "22003", "22007", "22008", "22011", "22021", "22P02", "22P05"})
"""A value too long or too large, no such number or date, a wrong part of a text, an unknown character."""
UNFIT_VALUE = "The database cannot hold such a value: it is too large, or is not of the right kind."
LOST = ("08", "57P")
"""Classes of a connection that broke, and of a server that stops or starts."""


class NotConfirmed(Busy):
    """The connection broke after COMMIT was sent and before its answer came."""

    def __init__(self) -> None:
        super().__init__(NOT_CONFIRMED, retry_after=5)


def translate(error: psycopg.Error) -> Exception:
    """The refusal for an engine error before COMMIT, or the error itself if it is a defect of ours."""
    state = error.sqlstate or ""
    if state in RUN_AGAIN:
        return Undone()
    if state in BUSY:
        return Busy(BUSY[state])
    if state == DISK_FULL or state in UNFIT:
        return Full(FULL) if state == DISK_FULL else Invalid.field("value", UNFIT_VALUE)
    if state.startswith(INTEGRITY):
        return IntegrityConflict(str(error))
    if is_loss(error):
        return Busy(BROKEN, retry_after=5)
    return error


def is_loss(error: psycopg.Error) -> bool:
    """Whether the connection is lost."""
    state = error.sqlstate or ""
    return state.startswith(LOST) or (not state and isinstance(error, psycopg.OperationalError))
