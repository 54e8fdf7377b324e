"""Keeps the web server and the worker running as child processes, and stops them gracefully.

All that they import is imported before they are forked, once for all.
"""

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from crm.child_process import Child
from crm.log_lines import log_line
from crm.log_stream import LogStream, drain_all
from crm.program import fingerprint
from crm.rehearsal import START_SCRIPT, WORDS, Rehearsal, needs_packages
from crm.signals import Signals
from crm.standard_error import STDOUT, take_over_stderr

GRACE_SECONDS = 30.0
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
SETTLED_SECONDS = 60.0
STARTING_POLL, RUNNING_POLL = 0.05, 5.0
STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


@dataclass(frozen=True, slots=True)
class Plan:
    """What the supervisor must know; `lock` is the descriptor of the instance."""

    lock: int
    host: str
    port: int
    log_format: str
    address: str
    program: str
    setup_code: str


@dataclass(slots=True)
class Supervisor:
    plan: Plan
    signals: Signals
    log: LogStream
    output: LogStream
    web: Child
    worker: Child
    ready: bool = False
    hurried: bool = False
    rehearsal: Rehearsal = field(default_factory=Rehearsal)

    def run(self) -> int:
        """Until a signal says stop; returns the exit status."""
        while True:
            if self.signals.wait(RUNNING_POLL if self.ready else STARTING_POLL) & STOP:
                return self.stop()
            if not self.tend():
                self.stop()
                return 1

    @property
    def children(self) -> tuple[Child, Child]:
        return self.web, self.worker

    def tend(self) -> bool:
        """Restart what ended; False when the web server cannot even start for the first time."""
        for child in self.children:
            if child.running:
                continue
            if child.pid is not None:
                if child is self.web and not self.ready:
                    self.say("error", "the web server could not start", status=child.status)
                    return False
                self.delay(child, child.status)
            elif time.monotonic() >= child.due:
                self.begin(child)
        if not self.ready and self.answers():
            self.ready = True
            self.welcome()
        return True

    def begin(self, child: Child) -> None:
        """Restart it, alone or with everything else; not while the program cannot be read."""
        found = fingerprint() if self.ready else self.plan.program
        if not found:
            again_in = self.put_off(child)
            self.say("error", "the program cannot be read", process=child.name, again_in=again_in)
        elif found == self.plan.program:
            self.start(child)
        else:
            self.succeed(child)

    def succeed(self, child: Child) -> None:
        """Restart all of it with the program that is on the disk now, once it is known that this can start.

        Else the child goes on with what is in memory, as the others do: no server stands still for that.
        """
        reason = "the reason stands above"
        try:
            starts = False if needs_packages() else self.rehearsal.outcome()
        except OSError as error:
            starts, reason = False, error.strerror or str(error)
        if starts:
            self.start_anew()
        elif starts is False:
            reason = (
                "it needs other packages: restart Holdfast to install them" if needs_packages() else reason
            )
            self.say("error", "the new version cannot start: the one that runs goes on", reason=reason)
            self.start(child)

    def start(self, child: Child) -> None:
        try:
            child.start(self.plan.lock)
        except OSError as error:
            self.say(
                "error",
                "a process cannot be started",
                process=child.name,
                reason=error.strerror or str(error),
            )
            child.started = time.monotonic()
            self.put_off(child)

    def delay(self, child: Child, status: int | None) -> None:
        if time.monotonic() - child.started > SETTLED_SECONDS:
            child.failures = 0
        seconds = self.put_off(child)
        self.say("error", "a process ended by itself", process=child.name, status=status, again_in=seconds)

    def start_anew(self) -> None:
        """As after `git pull`: a part of the new version beside older ones would meet a database of another
        one; a start upgrades that first.
        """
        self.say("warning", "the program on the disk has changed: restarting with the new version")
        if self.stop() and self.hurried:
            sys.exit(1)
        os.close(self.plan.lock)
        drain_all()
        script = os.environ.get(START_SCRIPT)
        if script:
            with suppress(OSError):  # the script may be gone meanwhile
                os.execv(script, [script])  # noqa: S606 - what was started before
        os.execv(WORDS[0], WORDS)  # noqa: S606

    def put_off(self, child: Child) -> float:
        """The seconds until its next start."""
        seconds = min(LONGEST_DELAY, FIRST_DELAY * (1 << min(child.failures, 10)))
        child.failures += 1
        child.pid, child.due = None, time.monotonic() + seconds
        return seconds

    def answers(self) -> bool:
        try:
            socket.create_connection((self.plan.host, self.plan.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> int:
        """Let requests and tasks in flight end; a second signal, or the time, ends them hard."""
        self.say("info", "stopping")
        self.rehearsal.end()
        for child in self.children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.running for child in self.children):
            self.hurried = bool(self.signals.wait(0.2) & STOP)
            if self.hurried or time.monotonic() > deadline:
                self.say("warning", "stopping at once: requests in flight are cut off")
                for child in self.children:
                    child.send(signal.SIGKILL)
                return 1
        # -SIGTERM: it had not come as far as to catch the signal, let alone to open the database.
        statuses = {child.status for child in self.children if child.pid is not None}
        if not statuses <= {0, -signal.SIGTERM}:
            return 1
        self.say("info", "stopped")
        return 0

    def welcome(self) -> None:
        ready, code = f"Holdfast is ready at {self.plan.address}", self.plan.setup_code
        if self.plan.log_format == "json":
            self.say("info", ready, **({"setup_code": code} if code else {}))
            return
        lines = [ready, "Stop it with Ctrl-C."]
        if code:
            lines.insert(1, f"Open it in a browser to set it up; the code that it asks for: {code}")
        self.output.put("".join(f"{line}\n" for line in lines))

    def say(self, level: str, event: str, **facts: object) -> None:
        """One entry in the form that crm.logs gives the entries of the other processes."""
        self.log.put(log_line(self.plan.log_format, level, event, "crm.supervisor", **facts))


def supervise(plan: Plan, web: Callable[[int], None], worker: Callable[[int], None]) -> int:
    """Until a signal says stop; returns the exit status. Never returns in the processes that it starts."""
    log = take_over_stderr(plan.log_format)
    signals = Signals(signal.SIGCHLD, *STOP)
    gc.collect()
    gc.freeze()  # what all have in common: no collector shall touch its pages
    children = Child("web", "crm.web.server", web), Child("worker", "crm.worker", worker)
    return Supervisor(plan, signals, log, LogStream(STDOUT), *children).run()
