"""Counts of unsigned deliveries, kept outside the database: strangers cannot write to it."""

from collections.abc import Sequence

import structlog

from crm.config import Settings
from crm.db.failures import CountingFailed
from crm.db.sharing import shared_counters

FILE_NAME = "limits.db"
KEPT_SECONDS = 24 * 3600
NO_NUMBER = 0

log = structlog.get_logger("crm.conversations")


class SignatureFailures:
    """Counted per channel for a day from the first one; NO_NUMBER is for those to no connected number."""

    def __init__(self, settings: Settings) -> None:
        self._counters = shared_counters(settings.redis_url, settings.sqlite_path.with_name(FILE_NAME))

    def note(self, channel_ids: Sequence[int]) -> None:
        for channel_id in channel_ids or [NO_NUMBER]:
            try:
                self._counters.add(_key(channel_id), 1, KEPT_SECONDS)
            except CountingFailed:
                log.warning("a signature failure could not be counted", exc_info=True)

    def count(self, channel_id: int) -> int:
        try:
            return self._counters.get(_key(channel_id))[0]
        except CountingFailed:
            return 0


def _key(channel_id: int) -> str:
    return f"unsigned:{channel_id}"
