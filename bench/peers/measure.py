"""`scripts/bench --peers`: the appliance and PocketBase in turns; its SQLite is set to NORMAL, then to FULL.

The appliance is always at FULL: what it has acknowledged outlives a power cut.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import latencies
from bench.peers.pocketbase import NotBuilt, PocketBase, build
from bench.peers.work import Work, check_answers, work_of
from bench.places import EMAIL, Place, Places, running
from bench.reads import newest_client, opened
from bench.report import Result, result_of

MODES = ("NORMAL", "FULL")
GOAL = 1.0
TURNS = 4


@dataclass(slots=True)
class Side:
    """One server's share of a row: requests a second by round, and how long each took, in milliseconds."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def measure_peers(places: Places, *, rounds: int, seconds: float) -> list[Result]:
    """Nothing where PocketBase cannot be built, which is said then."""
    try:
        program = build(places.scratch)
    except NotBuilt as error:
        print(f"No comparison: {error}.")  # noqa: T201
        return []
    place = places.served
    token = place.crm("token", "create", "--user", EMAIL, "--name", "peers", "--scope", "write")
    with opened(place) as db:
        newest = newest_client(db)
    results = []
    with running(place, "crm", "serve"):
        for mode in MODES:
            peer = _filled(places, program, mode)
            with peer.running():
                peer.log_in()
                if mode == MODES[0]:
                    check_answers(place, token, peer, newest)
                for work in work_of(newest, token, peer):
                    results += list(_row(place, peer, work, rounds=rounds, seconds=seconds))
    return results


def _filled(places: Places, program: Path, mode: str) -> PocketBase:
    folder = places.scratch / f"pocketbase-{mode}"
    shutil.rmtree(folder, ignore_errors=True)
    peer = PocketBase(program, folder, mode)
    peer.fill(places.some)
    return peer


def _row(place: Place, peer: PocketBase, work: Work, *, rounds: int, seconds: float) -> Iterator[Result]:
    """A first round warms up and does not count."""
    ours, theirs = Side(), Side()
    before = (place.count(work.writes), peer.count(work.writes)) if work.writes else (0, 0)
    answered = [0, 0]
    for number in range(rounds + 1):
        for place_of_side, waits in enumerate(_in_turn(place.port, peer.port, work, seconds)):
            answered[place_of_side] += len(waits)
            if number:
                side = (ours, theirs)[place_of_side]
                side.rates.append(len(waits) / seconds)
                side.waits += waits
    if work.writes:
        _check_counts(work, answered, before, (place.count(work.writes), peer.count(work.writes)))
    yield from _results(work, f"PocketBase at {peer.synchronous}", ours, theirs)


def _results(work: Work, peer: str, ours: Side, theirs: Side) -> Iterator[Result]:
    name = f"{work.name}, of {peer}"
    yield result_of(name, [a / b for a, b in zip(ours.rates, theirs.rates, strict=True)], GOAL)
    for label, side in (("ours", ours), (peer, theirs)):
        yield result_of(f"  {work.name}, requests a second, {label}", side.rates, None)
        if work.writes:
            tail = sorted(side.waits)
            worst = [tail[int(len(tail) * share)] * 1000 for share in (0.5, 0.99)] + [tail[-1] * 1000]
            yield Result(f"  {work.name}, ms of wait: p99, median, worst, {label}", *_rounded(worst), None)


def _rounded(waits: list[float]) -> tuple[float, float, float]:
    median, late, worst = (round(each, 1) for each in waits)
    return late, median, worst


def _in_turn(ours: int, peer: int, work: Work, seconds: float) -> tuple[list[float], list[float]]:
    """By short turns: what else the machine does falls on both alike."""
    sides: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS):
        for side in (0, 1) if turn % 2 else (1, 0):
            port, requests = ((ours, work.ours), (peer, work.peer))[side]
            sides[side].extend(
                latencies(port, requests, connections=work.connections, seconds=seconds / TURNS)
            )
    return sides


def _check_counts(work: Work, answered: list[int], before: tuple[int, int], after: tuple[int, int]) -> None:
    """What was acknowledged is there. Raises RuntimeError."""
    for side in (0, 1):
        stored = after[side] - before[side]
        if stored < answered[side]:
            raise RuntimeError(f"{work.name}: {answered[side]} were acknowledged, {stored} are there")
