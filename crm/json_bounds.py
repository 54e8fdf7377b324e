"""Limits on JSON, checked before it is parsed: parsing costs far more than its bytes suggest."""

DEEPEST = 32
MOST_VALUES = 5_000
STRUCTURE = b"[]{},:"
BRACKETS = b"[]{}"
OPENING = frozenset(b"[{")
_ALL = bytes(range(256))
_ALL_BUT_STRUCTURE = bytes(set(_ALL) - set(STRUCTURE))
_ALL_BUT_BRACKETS = bytes(set(_ALL) - set(BRACKETS))


class TooDeep(ValueError):
    """Arrays and objects are nested too deeply."""


class TooMany(ValueError):
    """There are too many keys and values."""


def check_bounds(raw: bytes, most: int = MOST_VALUES) -> None:
    """Raise TooDeep, or TooMany for more keys and values than `most`.

    Each has a comma or a colon beside it, an array or object two brackets. Of what is no JSON nothing is
    known after it: its reader refuses it.
    """
    if len(raw.translate(None, _ALL_BUT_STRUCTURE)) <= DEEPEST:
        return
    outside = _outside_of_text(raw).translate(None, _ALL_BUT_STRUCTURE)
    _check_depth(outside.translate(None, _ALL_BUT_BRACKETS)[: 2 * most])
    if len(outside) > 2 * most:
        raise TooMany


def _outside_of_text(raw: bytes) -> bytes:
    """Without the strings, in which such signs are text."""
    if b"\\" in raw:
        raw = raw.replace(rb"\\", b"").replace(rb"\"", b"")
    return b"".join(raw.split(b'"')[::2])


def _check_depth(brackets: bytes) -> None:
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in OPENING else -1
        if depth > DEEPEST:
            raise TooDeep
