"""Whose turn it is to be told: receivers that hang do not hold up the others.

The worker's lanes share it. It knows only what this process has seen: after a start each receiver is new.
"""

import threading
import time
from dataclasses import dataclass, field

LANES = 12
PER_WORKSPACE = 6
OF_SLOW, OF_SLOW_PER_WORKSPACE = 6, 3
"""So many lanes at most tell receivers whose last answer was slow."""
SLOW_SECONDS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    workspace_id: int
    webhook_id: int
    began: float = field(default_factory=time.monotonic)


class Turns:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: list[Turn] = []
        self._slow: dict[int, bool] = {}
        """By webhook, whether its last answer was slow."""

    def take(self, workspace_id: int, webhook_id: int) -> Turn | None:
        """None where it must wait. Whoever has not answered quickly yet gets one at a time."""
        with self._lock:
            own = [turn for turn in self._under_way if turn.workspace_id == workspace_id]
            same = [turn for turn in own if turn.webhook_id == webhook_id]
            if len(own) >= PER_WORKSPACE or (same and (len(same) > 1 or self._is_unproven(same))):
                return None
            if self._slow.get(webhook_id) and self._is_full_of_slow(own):
                return None
            turn = Turn(workspace_id, webhook_id)
            self._under_way.append(turn)
            return turn

    def end(self, turn: Turn, milliseconds: int | None = None) -> None:
        """`milliseconds` is how long the receiver took; None where nothing was sent."""
        with self._lock:
            self._under_way.remove(turn)
            if milliseconds is not None:
                self._slow[turn.webhook_id] = milliseconds >= SLOW_SECONDS * 1_000

    def _is_unproven(self, same: list[Turn]) -> bool:
        hangs = time.monotonic() - min(turn.began for turn in same) >= SLOW_SECONDS
        return hangs or self._slow.get(same[0].webhook_id, True)

    def _is_full_of_slow(self, own: list[Turn]) -> bool:
        slow = [turn for turn in self._under_way if self._slow.get(turn.webhook_id)]
        return len(slow) >= OF_SLOW or sum(turn in own for turn in slow) >= OF_SLOW_PER_WORKSPACE
