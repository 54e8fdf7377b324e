"""What is logged, and how; entries of libraries take the same way."""

import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from crm.config import Settings
from crm.log_lines import CONTROL, TRACES, text_line
from crm.log_stream import LogStream
from crm.standard_error import StandardError, take_over_stderr

HIDDEN = "[hidden]"
_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)|secret|token|authori[sz]ation|cookie|api_?key|csrf|credential|otp|private|session_?id",
    re.IGNORECASE,
)
_MAX_DEPTH = 6
_PLAIN = frozenset({str, int, float, bool, type(None)})


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send each entry of this process, one line but for tracebacks, to `stream` (stderr when not given)."""
    _ask_for_no_caller()
    target = stream or _standard_error(settings.log_format)
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_enrich()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_secrets,
                *_render(settings.log_format, colors=target.isatty()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_enrich(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _standard_error(log_format: str) -> LogStream | TextIO:
    """The stream that never blocks, where the process has taken its standard error over."""
    return take_over_stderr(log_format) if isinstance(sys.stderr, StandardError) else sys.stderr


def _ask_for_no_caller() -> None:
    """Entries name their logger, not the line, thread or process: looking these up would cost a sixth of each
    (docs.python.org/3/howto/logging.html, "Optimization").
    """
    logging._srcfile = None  # noqa: SLF001 - the documented way
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def hide_secrets(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Hide the value of each key that sounds secret, at any depth."""
    return {key: _shown(key, value, 0) for key, value in entry.items()}


def _shown(key: object, value: object, depth: int) -> object:
    if isinstance(key, str) and value is not None and _sounds_secret(key):
        return HIDDEN
    if depth >= _MAX_DEPTH:
        return "…"
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {inner: _shown(inner, item, depth + 1) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(None, item, depth + 1) for item in value]
    return value


@lru_cache(maxsize=1024)
def _sounds_secret(key: str) -> bool:
    return _SECRET_KEY.search(key) is not None


def _enrich() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
    ]


def _render(log_format: str, *, colors: bool) -> list[Processor]:
    # Tracebacks are rendered plain: the richer forms print local variables, which hold secrets.
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    if not colors:
        return [structlog.processors.format_exc_info, _write_line]
    return [
        _escape_control,
        structlog.dev.ConsoleRenderer(
            timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
        ),
    ]


def _write_line(_logger: WrappedLogger, _method: str, entry: EventDict) -> str:
    """The renderer of the library takes three times as long, which each change pays."""
    time, level, event, logger = (str(entry.pop(key, "")) for key in ("time", "level", "event", "logger"))
    return text_line(time, level, event, logger, entry)


def _escape_control(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """For a terminal, which a text that a stranger sent could steer."""
    entry["event"] = str(entry["event"])
    return {key: _escaped(key, value) for key, value in entry.items()}


def _escaped(key: str, value: object) -> object:
    """Traces keep their lines; what is no text is shown by its repr, which escapes by itself."""
    return value.translate(CONTROL) if isinstance(value, str) and key not in TRACES else value
