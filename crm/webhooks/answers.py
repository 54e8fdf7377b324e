"""What a receiver answered, and what follows from it."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from crm import clock

LONGEST_ANSWER = 4_096
"""Bytes of an answer that are read and kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`retry_after` is the header as it came."""

    status: int
    body: bytes
    retry_after: str

    @property
    def problem(self) -> str | None:
        """Why it does not count as received; None where it does."""
        if 200 <= self.status < 300:
            return None
        if 300 <= self.status < 400:
            return f"It answered {self.status}, a redirect, which is not followed."
        return f"It answered {self.status}."

    @property
    def text(self) -> str:
        """The body as it can be stored and shown."""
        return self.body.decode("utf-8", "replace").replace("\x00", "\ufffd")

    @property
    def seconds(self) -> float | None:
        """For how long the receiver asks not to be sent anything: a number of seconds, or a date."""
        told = self.retry_after.strip()
        if told.isascii() and told.isdigit() and len(told) < 10:
            return float(told)
        try:
            moment = parsedate_to_datetime(told)
            return max(0.0, (moment - clock.now()).total_seconds())
        except (TypeError, ValueError):
            return None
