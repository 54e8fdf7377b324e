"""Whether a store has lately not answered: threads that all wait for it would answer nothing else."""

import threading

from crm import clock

AGAIN_SECONDS = 5.0


class Away:
    """`patience` is how long one try may take, in seconds."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._reason, self._until = "", 0.0

    def refusal(self) -> str:
        """Why not to ask it now; empty for who may try, which is one at a time while it is away."""
        with self._lock:
            if not self._reason or clock.steady() < self._until:
                return self._reason
            self._until = clock.steady() + self._patience + AGAIN_SECONDS
            return ""

    def note(self, reason: str) -> None:
        with self._lock:
            self._reason, self._until = reason, clock.steady() + AGAIN_SECONDS

    def end(self) -> None:
        if self._reason:
            with self._lock:
                self._reason = ""
