"""Whoever writes to the log goes on at once; what could not be written is counted, and said later."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crm.config import Settings
from crm.log_stream import QUEUED_BYTES, LogStream
from tests.support.appliance import wait_until
from tests.support.crm_command import environment_for
from tests.support.forks import status_of
from tests.support.full_streams import UNWRITABLE

ENTRY = "x" * 999 + "\n"


def stream_to(descriptor: int, log_format: str = "text") -> LogStream:
    """To a descriptor that is never closed: its thread may be at work when the next test opens files."""
    return LogStream(os.dup(descriptor), log_format)


def read_all(descriptor: int) -> bytearray:
    """What arrives at a pipe, read by a thread of its own until nobody writes any more."""
    got = bytearray()

    def collect() -> None:
        while data := os.read(descriptor, 65536):
            got.extend(data)

    threading.Thread(target=collect, daemon=True).start()
    return got


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_writing_never_waits_and_never_fails(kind: str) -> None:
    with UNWRITABLE[kind]() as descriptor:
        stream = stream_to(descriptor)
        for _ in range(3 * QUEUED_BYTES // len(ENTRY)):
            stream.put(ENTRY)
        assert stream._queued <= QUEUED_BYTES


def test_what_a_stalled_reader_missed_is_counted_in_the_form_of_the_log() -> None:
    reading, writing = os.pipe()
    stream = stream_to(writing, "json")
    number = 2 * QUEUED_BYTES // len(ENTRY)
    for _ in range(number):
        stream.put(ENTRY)
    got = read_all(reading)
    wait_until(lambda: not stream._queued)
    stream.put('{"event": "after"}\n')
    wait_until(lambda: b"after" in got)
    entries = [json.loads(line) for line in got.splitlines() if line.startswith(b"{")]
    dropped = [entry["count"] for entry in entries if entry["event"] == "log entries were dropped"]
    assert sum(dropped) > 0
    assert sum(dropped) + got.count(ENTRY.encode()) == number
    os.close(writing)


def test_a_disk_that_has_room_again_gets_what_waited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The descriptor is a full device first, and a file afterwards."""
    with UNWRITABLE["a full disk"]() as descriptor:
        stream = stream_to(descriptor)
        stream.put("first\n")
        time.sleep(0.2)
        target = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
        os.dup2(target, stream.descriptor)
        stream.put("second\n")
        wait_until(lambda: (tmp_path / "log").read_text() == "first\nsecond\n")


def test_entries_of_a_forked_process_arrive_once_and_whole() -> None:
    reading, writing = os.pipe()
    stream = stream_to(writing)
    got = read_all(reading)
    stream.put("before\n")
    child = os.fork()
    stream.put("after\n")
    stream.drain(5)
    if child == 0:
        os._exit(0)
    assert status_of(child) == 0
    wait_until(lambda: got.count(b"after\n") == 2)
    assert got.count(b"before\n") == 1
    os.close(writing)


def test_no_other_thread_is_there_at_a_fork() -> None:
    reading, writing = os.pipe()
    stream = stream_to(writing)
    stream.put("before\n")
    stream.rest(5)
    assert not any(thread.name == "log" and thread.is_alive() for thread in [stream._thread] if thread)
    stream.go_on()
    stream.put("after\n")
    stream.drain(5)
    os.close(writing)
    assert os.read(reading, 100) == b"before\nafter\n"


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_a_backup_is_made_though_nobody_reads_its_output(prepared: Settings, kind: str) -> None:
    with UNWRITABLE[kind]() as descriptor:
        done = subprocess.run(
            [sys.executable, "-m", "crm", "backup"],
            env=environment_for(prepared),
            stdout=subprocess.PIPE,
            stderr=descriptor,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0
    assert Path(os.fsdecode(done.stdout.strip())).is_dir()


UNCAUGHT = """
import sys, threading, warnings
from crm.standard_error import take_over_stderr
from tests.support.forks import status_of
take_over_stderr()
class Broken:
    def __del__(self): raise ValueError("while clearing up")
threading.Thread(target=lambda: 1 / 0).start()
Broken()
warnings.warn("old ways")
print("a line", file=sys.stderr)
print("half a", end=" ", file=sys.stderr); print("line", file=sys.stderr)
raise KeyError("hunter")
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_nobody_caught_is_an_entry_whoever_raised_it(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNCAUGHT],
        env={"LOG_FORMAT": form},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    for text in ("ZeroDivisionError", "while clearing up", "old ways", "half a line", "KeyError"):
        assert text in done.stderr
    if form == "json":
        entries = [json.loads(line) for line in done.stderr.splitlines()]
        assert [entry["level"] for entry in entries].count("critical") == 3
    else:
        assert done.stderr.count("[critical ") == 3


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_that_is_begun_has_no_entry_inside_and_is_not_lost(form: str) -> None:
    code = """
import sys, threading
from crm.standard_error import take_over_stderr
take_over_stderr()
print("half a", end=" ", file=sys.stderr)
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
print("line", file=sys.stderr)
print("no break", end="", file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"LOG_FORMAT": form}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "ZeroDivisionError" in done.stderr
    assert "half a line" in done.stderr
    assert "no break" in done.stderr


def test_entries_of_many_threads_arrive_whole_and_in_the_order_of_each() -> None:
    reading, writing = os.pipe()
    stream = stream_to(writing)
    got = read_all(reading)

    def write(name: int) -> None:
        for number in range(200):
            stream.put(f"{name} {number} {'x' * 300}\n")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    wait_until(lambda: got.count(b"\n") == 800)
    entries = [line.split() for line in got.decode().splitlines()]
    assert {text for _, _, text in entries} == {"x" * 300}
    for name in range(4):
        assert [int(number) for by, number, _ in entries if by == str(name)] == list(range(200))
