"""How many threads may wait for the write lock or a reader. A waiting thread answers no other request."""

MOST = 64
FEW, PATIENCE_SECONDS = 4, 3.0


def is_crowded(waiting: int, still: float) -> bool:
    """Whether to refuse the next one: many are waiting, or a few are and nobody gets a turn.

    `still` is the number of seconds for which nobody got a turn.
    """
    return waiting >= MOST or (waiting >= FEW and still >= PATIENCE_SECONDS)
