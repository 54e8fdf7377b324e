import threading
from collections import deque


class FifoLock:
    """A lock that is handed over in the order of arrival, so that no waiting thread starves.

    Any thread may release it: the watchdog does so on behalf of a writer that overstayed.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; False when the turn did not come."""
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=max(timeout, 0)) or self._withdraw(turn)

    def _withdraw(self, turn: threading.Lock) -> bool:
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
            return True

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
