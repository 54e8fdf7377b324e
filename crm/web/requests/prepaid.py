"""The share of the rate limit that a process counts in advance, so that most requests need no file."""

import threading

from crm import clock

# A hundredth of the limit in advance, ten requests at most, until ten such shares are left.
SHARES, LARGEST_SHARE, FAR = 100, 10, 10
CLIENTS = 10_000


def share_of(amount: int) -> int:
    return max(1, min(LARGEST_SHARE, amount // SHARES))


class Prepaid:
    """Requests of each bucket that are counted, and not yet made.

    What a process has left when the window ends is lost to the client: less than a hundredth of the limit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, tuple[int, float]] = {}

    def take(self, bucket: str) -> bool:
        with self._lock:
            left, ends = self._left.get(bucket, (0, 0.0))
            if not left or clock.steady() >= ends:
                return False
            self._left[bucket] = (left - 1, ends)
            return True

    def keep(self, bucket: str, requests: int, seconds: float) -> None:
        """Keep requests that were counted in advance, for so many more seconds."""
        with self._lock:
            if len(self._left) >= CLIENTS:
                self._left.clear()
            self._left[bucket] = (requests, clock.steady() + seconds)

    def left(self, bucket: str) -> int:
        left, ends = self._left.get(bucket, (0, 0.0))
        return left if clock.steady() < ends else 0
