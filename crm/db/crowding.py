"""How many threads may wait for the write lock or a reader: a waiting thread answers nobody."""

MOST = 64
FEW, PATIENCE_SECONDS = 4, 3.0


def is_crowded(waiting: int, still: float) -> bool:
    """Whether to refuse the next one: a whole crowd waits, or a few wait and nothing moves.

    `still` is for how many seconds nobody got a turn.
    """
    return waiting >= MOST or (waiting >= FEW and still >= PATIENCE_SECONDS)
