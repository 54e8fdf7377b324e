"""When to retry after a passing failure."""

import random
from datetime import timedelta

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(hours=1)


def delay_after(attempts: int, retry_after: float | None = None) -> timedelta:
    """Doubling, with jitter, so that what failed together does not come back together.

    Never sooner than the other side asked for (seconds), up to LONGEST_DELAY.
    """
    doubled: timedelta = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempts - 1, 20))
    jittered = doubled * random.uniform(0.75, 1.25)  # noqa: S311 - jitter, not a secret
    asked = timedelta(seconds=min(retry_after or 0, LONGEST_DELAY.total_seconds()))
    return max(jittered, asked)
