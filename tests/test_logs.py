"""Each entry is one line, tells its request, and never a secret, whoever wrote it."""

import io
import json
import logging
from pathlib import Path

import pytest
import structlog

from crm.config import Settings
from crm.logs import HIDDEN, configure_logging


def log_to(tmp_path: Path, log_format: str, level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    configure_logging(
        Settings(sqlite_path=tmp_path / "crm.db", log_format=log_format, log_level=level), stream
    )
    return stream


def test_json_entries_carry_time_level_logger_and_request(tmp_path: Path) -> None:
    stream = log_to(tmp_path, "json")
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("crm.db").info("slow statement", milliseconds=312)
    entry = json.loads(stream.getvalue())
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "event": "slow statement",
        "level": "info",
        "logger": "crm.db",
        "milliseconds": 312,
        "request_id": "r-1",
    }


def test_entries_of_libraries_look_the_same(tmp_path: Path) -> None:
    stream = log_to(tmp_path, "json")
    structlog.contextvars.bind_contextvars(request_id="r-2")
    logging.getLogger("gunicorn.error").warning("Worker %s gone", 7, extra={"password": "hunter2"})
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["level"], entry["logger"]) == ("Worker 7 gone", "warning", "gunicorn.error")
    assert (entry["request_id"], entry["password"]) == ("r-2", HIDDEN)


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "key", ["password", "new_password", "Authorization", "SECRET_KEY", "api_token", "set-cookie", "totp_code"]
)
def test_what_sounds_secret_is_hidden_at_any_depth(tmp_path: Path, log_format: str, key: str) -> None:
    stream = log_to(tmp_path, log_format)
    structlog.get_logger().info("seen", **{key: "hunter2"}, body={"list": [{key: "hunter2"}], "name": "Ann"})
    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count(HIDDEN) == 2
    assert "Ann" in stream.getvalue()


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_shows_no_local_variables(tmp_path: Path, log_format: str) -> None:
    stream = log_to(tmp_path, log_format)
    given = "hunter" + str(2)
    try:
        int(given[:0])
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "Traceback" in stream.getvalue()
    assert given not in stream.getvalue()


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_text_from_outside_cannot_pose_as_an_entry(tmp_path: Path, log_format: str) -> None:
    stream = log_to(tmp_path, log_format)
    forged = "x\n2026-01-01 [info] all is well\x1b[2J"
    structlog.get_logger().info(forged, path=forged)
    logging.getLogger("other").warning("got %s", forged)
    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b[2J" not in stream.getvalue()


def test_no_field_of_an_entry_steers_the_terminal_or_makes_the_log_binary(tmp_path: Path) -> None:
    stream = log_to(tmp_path, "text")
    structlog.get_logger().info("request", path="/a\x00b\x1b[2Jc\x9bd", about={"e": ["\x07"]})
    assert all(char == "\n" or char.isprintable() for char in stream.getvalue())
    assert "path=/a\\x00b\\x1b[2Jc\\x9bd" in stream.getvalue()


def test_entries_below_the_level_are_left_out(tmp_path: Path) -> None:
    stream = log_to(tmp_path, "text", level="WARNING")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()
