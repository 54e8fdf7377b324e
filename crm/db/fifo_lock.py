import threading
import time
from collections import deque

from crm.db.crowding import is_crowded


class FifoLock:
    """A lock that is handed over in the order of arrival, so that no waiting thread starves.

    Any thread may release it: the watchdog does so on behalf of a writer that overstayed.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()
        self._moved = time.monotonic()

    def acquire(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the turn; False if it does not come."""
        with self._mutex:
            if not self._held:
                self._held, self._moved = True, time.monotonic()
                return True
            if timeout <= 0:
                return False
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            return turn.acquire(timeout=timeout) or not self._withdraw(turn)
        except BaseException:  # Ctrl-C while waiting: a turn handed to nobody would stop all writing
            if not self._withdraw(turn):
                self.release()
            raise

    def _withdraw(self, turn: threading.Lock) -> bool:
        """Leave the queue; False if the turn has come in the meantime."""
        with self._mutex:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    @property
    def is_crowded(self) -> bool:
        """Whether so many are waiting, or for so long, that the next one should be refused."""
        with self._mutex:
            return is_crowded(len(self._waiting), time.monotonic() - self._moved)

    @property
    def waiting(self) -> int:
        """How many threads wait for it."""
        return len(self._waiting)

    @property
    def is_awaited(self) -> bool:
        """Whether somebody is waiting for it."""
        return bool(self._waiting)

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._moved = time.monotonic()
                self._waiting.popleft().release()
            else:
                self._held = False
