"""What trying to send came to: the small interface that each channel's sender fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted; `external_id` is the id that the channel gave the message."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Passing:
    """Not accepted now, perhaps later. `whole_number`: nothing else will be taken from the number either."""

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
    """The number may not send at all until a person has seen to its settings."""

    problem: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It went out and no answer came: accepted or not, nobody here can tell."""

    problem: str


SendResult = Sent | Passing | Permanent | Locked | Ambiguous
