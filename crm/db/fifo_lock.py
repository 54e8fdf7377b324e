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
        """Leave the queue; False when the turn came in the meantime."""
        with self._mutex:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
