"""One log entry, for code that runs before or without the logging libraries: it imports little."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

TRACES = ("stack", "exception")

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


_AMBIGUOUS = frozenset(" \t=\"'")


def log_line(log_format: str, level: str, event: str, logger: str, **facts: object) -> str:
    """In the form that crm.logs gives its entries; a fact named `exception` keeps its lines."""
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if log_format == "json":
        entry = {**facts, "event": event, "level": level, "logger": logger, "time": now}
        return json.dumps(entry, ensure_ascii=False, default=str) + "\n"
    return text_line(now, level, event, logger, facts) + "\n"


def text_line(time: str, level: str, event: str, logger: str, facts: Mapping[str, object]) -> str:
    """Without its line break; tracebacks follow on lines of their own.

    Control characters are escaped: a text that a stranger sent could pose as further entries, or steer the
    terminal.
    """
    pairs = "".join(f" {name}={_shown(value)}" for name, value in sorted(facts.items()) if name not in TRACES)
    traces = "".join(f"\n{facts[name]}" for name in TRACES if facts.get(name))
    return f"{time} [{level:<9}] {_escaped(event):<30} [{logger}]{pairs}{traces}"


def _shown(value: object) -> str:
    """A text that could be taken for several is quoted."""
    if not isinstance(value, str):
        return _escaped(value)
    return _escaped(value) if _AMBIGUOUS.isdisjoint(value) else repr(value)


def _escaped(value: object) -> str:
    text = str(value)
    return text if text.isprintable() else text.translate(CONTROL)
