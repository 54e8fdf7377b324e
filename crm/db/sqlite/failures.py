"""Translating SQLite's errors."""

import apsw

from crm.db.failures import FAULT, FULL, IntegrityConflict
from crm.errors import Busy, Full


def translate(error: apsw.Error) -> Exception:
    """The refusal for an engine error, or the error itself if it is a defect of ours."""
    match error:
        case apsw.InterruptError():
            return Busy("The database took too long; nothing was saved. Please try again.")
        case apsw.BusyError() | apsw.LockedError():
            return Busy("The database is busy; nothing was saved. Please try again.")
        case apsw.FullError():
            return Full(FULL)
        case apsw.IOError() | apsw.CantOpenError():
            return Full(FULL) if _lacked_room(error) else Busy(FAULT, retry_after=5)
        case apsw.ConstraintError():
            return IntegrityConflict(str(error))
        case _:
            return error


def _lacked_room(error: apsw.Error) -> bool:
    """The shared index beside the -wal could not grow. The engine reports that as an I/O error."""
    return getattr(error, "extendedresult", None) == apsw.SQLITE_IOERR_SHMSIZE
