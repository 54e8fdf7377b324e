"""Texts that a spreadsheet would run as formulas, and the apostrophe that prevents it."""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def neutral(text: str) -> str:
    """With an apostrophe before what a spreadsheet would run. One that begins so already gets another, so
    that `neutral_undone` gives back every text as it was.
    """
    return f"'{text}" if _RUNS.match(text) else text


def neutral_undone(text: str) -> str:
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
