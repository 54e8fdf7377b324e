"""When a delivery is tried again, and when it is given up."""

import random
from datetime import timedelta

DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first, second, … attempt: over three days in all, as Standard Webhooks advises."""
LONGEST_ASKED = timedelta(hours=24)


def delay_after(attempts: int, retry_after: float | None) -> timedelta | None:
    """None where it was the last attempt. Never sooner than the receiver asked for (seconds), up to a day.

    With jitter, so that what failed together does not come back together.
    """
    if attempts > len(DELAYS):
        return None
    usual = DELAYS[attempts - 1] * random.uniform(1, 1.2)  # noqa: S311 - jitter, not a secret
    asked = timedelta(seconds=min(retry_after or 0, LONGEST_ASKED.total_seconds()))
    return max(usual, asked)
