"""Keeps the web server and the worker running as child processes, and stops them gracefully.

It stays for as long as the appliance runs, so it imports little: each module is memory that serves nobody.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crm.signals import Signals

GRACE_SECONDS = 30.0
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
SETTLED_SECONDS = 60.0
STARTING_POLL, RUNNING_POLL = 0.05, 5.0
STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


@dataclass(frozen=True, slots=True)
class Plan:
    """What the supervisor must know, given as JSON in a pipe; `lock` is the descriptor of the instance."""

    lock: int
    host: str
    port: int
    log_format: str
    welcome: str


@dataclass(slots=True)
class Child:
    name: str
    module: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def start(self, lock: int) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
        self.process = subprocess.Popen(  # noqa: S603 - a fixed module name
            [sys.executable, "-m", self.module, str(os.getpid())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(lock,),
        )
        self.started = time.monotonic()

    def send(self, number: signal.Signals) -> None:
        """To the whole group, as the web server has processes of its own; but gentle ones go to its head."""
        if self.process is None or self.process.poll() is not None:
            return
        if number == signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass(slots=True)
class Supervisor:
    plan: Plan
    signals: Signals
    web: Child = field(default_factory=lambda: Child("web", "crm.web.server"))
    worker: Child = field(default_factory=lambda: Child("worker", "crm.worker"))
    ready: bool = False

    def run(self) -> int:
        """Until a signal says stop; returns the exit status."""
        for child in self.children:
            child.start(self.plan.lock)
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
            if child.process is not None:
                if child is self.web and not self.ready:
                    self.say("error", "the web server could not start", status=child.process.returncode)
                    return False
                self.delay(child, child.process.returncode)
            elif time.monotonic() >= child.due:
                child.start(self.plan.lock)
        if not self.ready and self.answers():
            self.ready = True
            sys.stdout.write(self.plan.welcome)
            sys.stdout.flush()
        return True

    def delay(self, child: Child, status: int) -> None:
        if time.monotonic() - child.started > SETTLED_SECONDS:
            child.failures = 0
        seconds = min(LONGEST_DELAY, FIRST_DELAY * 2**child.failures)
        child.failures += 1
        child.process, child.due = None, time.monotonic() + seconds
        self.say("error", "a process ended by itself", process=child.name, status=status, again_in=seconds)

    def answers(self) -> bool:
        try:
            socket.create_connection((self.plan.host, self.plan.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> int:
        """Let requests and tasks in flight end; a second signal, or the time, ends them hard."""
        self.say("info", "stopping")
        for child in self.children:
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.running for child in self.children):
            hurried = self.signals.wait(0.2) & STOP
            if hurried or time.monotonic() > deadline:
                self.say("warning", "stopping at once: requests in flight are cut off")
                for child in self.children:
                    child.send(signal.SIGKILL)
                return 1
        # -SIGTERM: it had not come as far as to catch the signal, let alone to open the database.
        statuses = {child.process.returncode for child in self.children if child.process is not None}
        if not statuses <= {0, -signal.SIGTERM}:
            return 1
        self.say("info", "stopped")
        return 0

    def say(self, level: str, event: str, **facts: object) -> None:
        """One entry in the form that crm.logs gives the entries of the other processes."""
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        if self.plan.log_format == "json":
            line = json.dumps(
                {**facts, "event": event, "level": level, "logger": "crm.supervisor", "time": now}
            )
        else:
            told = "".join(f" {name}={value}" for name, value in facts.items())
            line = f"{now} [{level:<9}] {event:<30} [crm.supervisor]{told}"
        sys.stderr.write(line + "\n")


def main() -> None:
    with os.fdopen(int(sys.argv[1])) as handed_over:
        plan = Plan(**json.load(handed_over))
    signals = Signals(signal.SIGCHLD, *STOP)
    sys.exit(Supervisor(plan, signals).run())


if __name__ == "__main__":
    main()
