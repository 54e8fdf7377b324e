"""One entry of the log, for what runs before or without the libraries that log: it imports little."""

import json
from datetime import UTC, datetime

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def log_line(log_format: str, level: str, event: str, logger: str, **facts: object) -> str:
    """In the form that crm.logs gives its entries; a fact named `exception` keeps its lines."""
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if log_format == "json":
        entry = {**facts, "event": event, "level": level, "logger": logger, "time": now}
        return json.dumps(entry, ensure_ascii=False, default=str) + "\n"
    trace = facts.pop("exception", "")
    told = "".join(f" {name}={_escaped(value)}" for name, value in facts.items())
    line = f"{now} [{level:<9}] {_escaped(event):<30} [{logger}]{told}\n"
    return f"{line}{trace}\n" if trace else line


def _escaped(value: object) -> str:
    return str(value).translate(_CONTROL)
