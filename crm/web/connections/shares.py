"""How many connections each web process holds, so that new ones go to the process with the fewest.

Whoever wakes first would take all that wait: one process would then answer everything on one core, beside
others with nothing to do.
"""

import mmap
import struct
from dataclasses import dataclass, field

SLOTS = 64
# A process that has told nothing for so long is gone, or does not get on.
FRESH_SECONDS = 2.0
# For how long the process with more steps back, so that another one wakes.
PAUSE_SECONDS = 0.002

_SLOT = struct.Struct("=dq")


@dataclass(slots=True)
class Shares:
    """Memory that the processes share: it must be made before they fork. Each writes its own slot alone."""

    _memory: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, SLOTS * _SLOT.size))

    def tell(self, process: int, connections: int, now: float) -> None:
        """`process` is its number in the order of starts, `now` the monotonic time."""
        _SLOT.pack_into(self._memory, process % SLOTS * _SLOT.size, now, connections)

    def leave(self, process: int) -> None:
        """It takes no connections any more."""
        _SLOT.pack_into(self._memory, process % SLOTS * _SLOT.size, 0.0, 0)

    def is_ahead(self, process: int, connections: int, now: float) -> bool:
        """Another process that gets on holds fewer connections than these."""
        oldest, own = now - FRESH_SECONDS, process % SLOTS
        return any(
            number != own and told > oldest and held < connections
            for number, (told, held) in enumerate(_SLOT.iter_unpack(self._memory))
        )


SHARES = Shares()
