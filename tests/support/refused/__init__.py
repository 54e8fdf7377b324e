"""Three real clients that send large bodies, each of which tells the statuses or the errors that it saw."""

import json
import os
import shutil
import subprocess
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
CLIENTS = ("node", "go", "java")
Seen = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A request with a body of `size` bytes, sent with its length, in chunks, or once it is asked for."""

    name: str
    method: str
    url: str
    form: str
    size: int
    headers: dict[str, str] = field(default_factory=dict)


def missing(client: str) -> str | None:
    """Why the client cannot be used here."""
    return None if shutil.which(client) else f"{client} is not installed"


def what_it_saw(client: str, cases: list[Case], times: int, folder: Path) -> Seen:
    """Of each case, how often which status or error."""
    if client == "java":
        return _of_lines(_run(["java", str(HERE / "Client.java"), str(times)], _lines(cases), folder))
    command = ["node", str(HERE / "client.mjs")] if client == "node" else [str(_compiled(folder))]
    plan = json.dumps({"times": times, "cases": [asdict(case) for case in cases]})
    seen: Seen = json.loads(_run(command, plan, folder))
    return seen


def _compiled(folder: Path) -> Path:
    program = folder / "client"
    _run(["go", "build", "-o", str(program), str(HERE / "client.go")], "", folder)
    return program


def _run(command: list[str], given: str, folder: Path) -> str:
    path = os.environ["PATH"]
    variables = {"PATH": path, "HOME": str(folder), "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        command, input=given, env=variables, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _lines(cases: list[Case]) -> str:
    rows = (
        (
            case.name,
            case.method,
            case.url,
            case.form,
            str(case.size),
            *(x for pair in case.headers.items() for x in pair),
        )
        for case in cases
    )
    return "".join("\t".join(parts) + "\n" for parts in rows)


def _of_lines(output: str) -> Seen:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for line in output.splitlines():
        name, status = line.split("\t")
        seen[name][status] += 1
    return {name: dict(counts) for name, counts in seen.items()}
