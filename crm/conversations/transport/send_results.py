"""The results of an attempt to send, which each channel's sender returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted; `external_id` is the id that the channel gave the message."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Passing:
    """Not accepted now, perhaps later. `whole_number`: the number accepts nothing else either."""

    problem: str
    code: int | None = None
    retry_after: float | None = None
    whole_number: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused, and it would be refused again."""

    problem: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """The number may not send at all until somebody has corrected its settings."""

    problem: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It was sent and no answer came: it is unknown whether it was accepted."""

    problem: str


SendResult = Sent | Passing | Permanent | Locked | Ambiguous
