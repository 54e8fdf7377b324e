"""Amounts as people write them, in any of their ways."""

import re

BLANKS = re.compile(r"[\s\u00a0\u202f'’_]+")
THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def plain_number(text: str) -> str:
    """`1 234,50`, `1,234.50` and `1.234,50` as `1234.50`; nothing is 0; what is no number stays as it is.

    The last of several kinds of mark parts the cents. One mark before three digits parts thousands: no
    amount has three decimals.
    """
    plain = BLANKS.sub("", text)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return plain or "0"
    last = marks[-1]
    if len(set(marks)) == 1 and (len(marks) > 1 or THOUSANDS.fullmatch(plain)):
        return plain.replace(last, "")
    other = "," if last == "." else "."
    return plain.replace(other, "").replace(last, ".")
