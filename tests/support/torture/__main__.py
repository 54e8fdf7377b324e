"""`scripts/torture`: the rounds of the tests, as many as one has time for."""

import logging
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Protocol

import click
import structlog

from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.leads import furnish, stages_of
from tests.support.list_costs import dear_lists, lists_of, lists_of_work
from tests.support.places import settings_below
from tests.support.skewed import fill_skewed
from tests.support.skewed_work import fill_work
from tests.support.torture.import_rounds import torture_imports
from tests.support.torture.kill_rounds import Outcome, build_arena, torture
from tests.support.torture.power_switch import NoPowerSwitch, cut_power
from tests.support.torture.replay import record_run, replay
from tests.support.torture.roll_up_rounds import torture_roll_up
from tests.support.torture.server_rounds import torture_disk_of_server, torture_server


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rounds", default=1_000, show_default=True, help="How often the writers are killed.")
@click.option("--cuts", default=5_000, show_default=True, help="At how many moments the power is cut.")
@click.option("--power-cuts", default=300, show_default=True, help="How often a real disk's power is cut.")
@click.option("--server-rounds", default=200, show_default=True, help="How often the appliance is killed.")
@click.option("--imports", default=20, show_default=True, help="How many imports are killed at each step.")
@click.option("--rows", default=1_000_000, show_default=True, help="Of how many records lists are tried.")
@click.option("--daily", default=1_000_000, show_default=True, help="Of how many daily figures a month is.")
@click.option("--seed", type=int, help="Repeat the chances of an earlier run.")
def main(  # noqa: PLR0917 - its options
    rounds: int,
    cuts: int,
    power_cuts: int,
    server_rounds: int,
    imports: int,
    rows: int,
    daily: int,
    seed: int | None,
) -> None:
    """Kill writers and the appliance under load, cut the power in replay, and look for any loss.

    At the end all lists are tried over many records, and a month of many figures is summed up while others
    write.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seed = secrets.randbits(32) if seed is None else seed
    click.echo(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="torture-") as temporary:
        place = Path(temporary)
        findings = kill(place / "kills", rounds, seed)
        findings += cut(place / "cuts", cuts, seed)
        findings += cut_for_real(place / "power", power_cuts, seed)
        findings += kill_server(place / "server", server_rounds, seed)
        findings += kill_imports(place / "imports", imports, seed)
        findings += try_lists(place / "lists", rows)
        findings += sum_up(place / "figures", daily)
    for finding in findings[:20]:
        click.echo(finding, err=True)
    sys.exit(1 if findings else 0)


def try_lists(folder: Path, rows: int) -> list[str]:
    """Those that look at too many of so many of each record, which lie as unevenly as they can."""
    if not rows:
        return []
    click.echo(f"lists of {rows:,} clients, leads, tasks, files, entries and conversations")
    settings = settings_below(folder)
    prepare(settings)
    db = open_database(settings)
    try:
        cast = gather_cast(db)
        for who in (cast.outsider, cast.owner):
            furnish(db, who)
        stages = stages_of(db, cast.owner)
        skewed = fill_skewed(db, cast, stages, rows)
        lists = [*lists_of(skewed, stages), *lists_of_work(skewed, fill_work(db, skewed))]
        return [dear for who in (cast.owner, cast.colleague) for dear in dear_lists(db, who, lists)]
    finally:
        db.close()


def kill(folder: Path, rounds: int, seed: int) -> list[str]:
    tell = telling("kills")
    outcome = torture(folder, rounds, seed, tell)
    tell(outcome, last=True)
    return outcome.lost + outcome.broken


def cut_for_real(folder: Path, cuts: int, seed: int) -> list[str]:
    tell = telling("real power cuts")
    try:
        outcome = cut_power(folder, cuts, seed, tell=tell)
    except NoPowerSwitch as reason:
        click.echo(f"no real power cuts: {reason}")
        return []
    tell(outcome, last=True)
    return outcome.lost + outcome.broken


class Tell(Protocol):
    def __call__(self, outcome: Outcome, *, last: bool = False) -> None: ...


def telling(what: str) -> Tell:
    """Tells how it stands every 50 rounds, and at the last."""
    started = time.monotonic()

    def tell(outcome: Outcome, *, last: bool = False) -> None:
        if bool(outcome.rounds % 50) == last:
            click.echo(
                f"{outcome.rounds} {what}, {outcome.acknowledged} changes acknowledged, "
                f"{len(outcome.lost)} lost, {len(outcome.broken)} broken, {time.monotonic() - started:.0f} s"
            )

    return tell


def cut(folder: Path, cuts: int, seed: int) -> list[str]:
    if not cuts:
        return []
    recording = record_run(build_arena(folder / "arena"), deeds=300)
    verdict = replay(recording, folder, cuts, seed)
    click.echo(
        f"{verdict.states} power cuts in {len(recording.events)} recorded events, "
        f"{verdict.acknowledged} changes acknowledged, {len(verdict.lost)} lost, {len(verdict.broken)} broken"
    )
    canary = replay(
        record_run(build_arena(folder / "canary"), deeds=60, synchronous="NORMAL"), folder, 100, seed
    )
    click.echo(f"the canary without a sync at each commit: {len(canary.lost)} lost, as it must be")
    blind = [] if canary.lost else ["the harness is blind: it saw no loss where there must be some"]
    return verdict.lost + verdict.broken + blind


def kill_server(folder: Path, rounds: int, seed: int) -> list[str]:
    if not rounds:
        return []
    outcome = torture_server(folder / "kills", rounds, seed)
    click.echo(
        f"{outcome.rounds} kills of the appliance, {outcome.acknowledged} changes acknowledged, "
        f"{outcome.repeated} requests repeated, {len(outcome.findings)} findings"
    )
    return outcome.findings + cut_disk_of_server(folder / "power", rounds // 10, seed)


def kill_imports(folder: Path, rounds: int, seed: int) -> list[str]:
    if not rounds:
        return []
    outcome = torture_imports(folder, rounds, seed)
    click.echo(
        f"{outcome.rounds} imports, {outcome.kills} kills, the longest wait of others "
        f"{outcome.longest_wait:.2f} s, {len(outcome.findings)} findings"
    )
    return outcome.findings


def sum_up(folder: Path, daily: int) -> list[str]:
    if not daily:
        return []
    outcome = torture_roll_up(folder, daily)
    click.echo(
        f"{outcome.rows:,} daily figures of a month summed up in {outcome.seconds:.1f} s; "
        f"{len(outcome.waits)} changes of others meanwhile, each in {outcome.usual_wait * 1_000:.0f} ms, "
        f"the longest in "
        f"{outcome.longest_wait:.2f} s, {len(outcome.findings)} findings"
    )
    return outcome.findings


def cut_disk_of_server(folder: Path, cuts: int, seed: int) -> list[str]:
    folder.mkdir(parents=True)
    try:
        outcome = torture_disk_of_server(folder, cuts, seed)
    except NoPowerSwitch as reason:
        click.echo(f"no power cuts of the appliance: {reason}")
        return []
    click.echo(
        f"{outcome.rounds} power cuts of the appliance, {outcome.acknowledged} changes acknowledged, "
        f"{len(outcome.findings)} findings"
    )
    return outcome.findings


if __name__ == "__main__":
    main()
