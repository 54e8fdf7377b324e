"""What a request that waits has seen, and when to ask it again."""

from collections.abc import Callable
from dataclasses import dataclass

LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen, by the number `version`, which each commit changes; None where it is unknown.

    Asked again after `every` seconds if the number changed, and after `rest`, when it has waited long enough.
    """

    version: Callable[[], int | None]
    seen: int | None
    rest: float
    every: float = LOOK_SECONDS
