"""Ranks that sort as text: between two there is always room for another.

A rank is a whole number of fixed width (base 36), so that a column can grow at its ends for ever; what is put
between two neighbours gets a fraction after it. Moving a card thus writes that card alone.
"""

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
WIDTH = 8
FIRST = "i" + "0" * (WIDTH - 1)
LONGEST = 64
"""About 300 cards dropped one after the other into the same gap; then the column is ranked anew."""


def rank_between(above: str | None, below: str | None) -> str:
    """A rank after `above` and before `below`; None means the end of the column."""
    if above is None:
        return FIRST if below is None else _encode(_whole(below) - 1)
    if below is None:
        return _encode(_whole(above) + 1)
    low, high = _whole(above), _whole(below)
    if high - low > 1:
        return _encode((low + high) // 2)
    if high - low == 1:
        return above[:WIDTH] + _after(above[WIDTH:])
    return above[:WIDTH] + _between(above[WIDTH:], below[WIDTH:])


def ranks_after(above: str | None, count: int) -> list[str]:
    """That many ranks in order, all after `above`."""
    ranks: list[str] = []
    for _ in range(count):
        above = rank_between(above, None)
        ranks.append(above)
    return ranks


def _whole(rank: str) -> int:
    return int(rank[:WIDTH], BASE)


def _encode(whole: int) -> str:
    digits = []
    for _ in range(WIDTH):
        whole, digit = divmod(whole, BASE)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))


def _between(low: str, high: str) -> str:
    """A fraction between two; none ever ends in 0, so that there is one."""
    kept = ""
    while True:
        least = DIGITS.index(low[0]) if low else 0
        most = DIGITS.index(high[0])
        if most - least > 1:
            return kept + DIGITS[(least + most) // 2]
        kept += DIGITS[least]
        if most > least:
            return kept + _after(low[1:])
        low, high = low[1:], high[1:]


def _after(low: str) -> str:
    """A fraction after `low`, and before the next whole digit."""
    kept = low[: len(low) - len(low.lstrip(DIGITS[-1]))]
    least = DIGITS.index(low[len(kept)]) if len(low) > len(kept) else 0
    return kept + DIGITS[(least + BASE) // 2]
