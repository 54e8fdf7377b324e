"""The thread that ends transactions past their deadline and maintains the connections."""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType

import structlog

from crm.db.session import EngineSession
from crm.errors import Busy, Sentence

INTERVAL = 0.25
GRACE = 0.1
SAY_AGAIN_SECONDS = 600.0
LEAKED = Sentence("The transaction was open for too long and was ended; nothing was saved.")

log = structlog.get_logger("crm.db")


class Watchdog:
    def __init__(self, reclaim: Callable[[EngineSession], None], tidy: Callable[[], None]) -> None:
        """`reclaim` gives back what an ended session held; `tidy` is called at each round."""
        self._reclaim = reclaim
        self._tidy = tidy
        self._active: set[EngineSession] = set()
        self._said, self._say_again = "", 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="db-watchdog", daemon=True)
        self._thread.start()

    def enter(self, session: EngineSession) -> None:
        self._active.add(session)

    def leave(self, session: EngineSession) -> None:
        self._active.discard(session)

    @property
    def active(self) -> int:
        return len(self._active)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL):
            try:
                self._round()
            except Exception as error:  # noqa: BLE001 - said below
                self._say(error)
            else:
                self._said = ""

    def _say(self, error: Exception) -> None:
        """The same only once, and again after ten minutes: there are four rounds a second."""
        said, now = f"{type(error).__name__}: {error}", time.monotonic()
        if said != self._said or now >= self._say_again:
            log.error("a round of the watchdog failed", exc_info=error)
            self._said, self._say_again = said, now + SAY_AGAIN_SECONDS

    def _round(self) -> None:
        now = time.monotonic()
        for session in self._active.copy():
            if now > session.deadline + GRACE:
                self._end(session)
        self._tidy()

    def _end(self, session: EngineSession) -> None:
        """Roll back if the owner is not inside the engine. Else interrupt it, and try again next round."""
        if not session.guard.acquire(timeout=0.05):
            if session.over is None:
                session.interrupt()
            return
        try:
            if not session.end(Busy(LEAKED)):
                return
            log.error("leaked transaction ended", kind=session.kind, place=place_of(session.thread_id))
            session.roll_back()
        finally:
            session.guard.release()
        self._reclaim(session)


def place_of(thread_id: int) -> str:
    """Where that thread is now: the innermost frames, outermost first."""
    frame: FrameType | None = sys._current_frames().get(thread_id)  # noqa: SLF001 - the documented way
    if frame is None:
        return "its thread is gone"
    return " > ".join(f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_stack(frame)[-4:])
