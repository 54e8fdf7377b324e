"""`crm demo`: made-up records to try Holdfast with."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from crm.appliance.demo import fill_with_examples, kinds_with_examples, picture_examples
from crm.commands.appliance import find_workspace, opened_appliance
from crm.db.actor import Actor
from crm.db.file_stores.opening import file_store
from crm.kinds import KINDS

MOST = 5_000_000
EXAMPLES = kinds_with_examples(KINDS)
# Pictures are drawn then, so that the newest activities tell of more than pictures.
EARLY = 0.99


def _counts(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each kind that has examples, such as `--clients`."""
    for table, examples in reversed(EXAMPLES.items()):
        many = click.IntRange(examples.least, MOST)
        name = f"--{table.replace('_', '-')}"
        option = click.option(
            name, default=examples.usual, show_default=True, type=many, help="Number to create."
        )
        command = option(command)
    return command


@click.command()
@_counts
@click.option("--workspace", metavar="W", help="Name or id, if there are several.")
def demo(workspace: str | None, **counts: Any) -> None:
    """Fill an empty workspace with made-up clients, leads, quotes, invoices, products, vehicles,
    deals, tasks, campaigns and conversations.

    A run that was stopped goes on where it was, when it is started again with the same numbers.
    """
    asked = {table: int(counts[table]) for table in EXAMPLES}
    first = next(iter(asked))
    with opened_appliance() as (settings, db):
        place = find_workspace(db, workspace)
        made = 0
        pictured = [table for table, count in asked.items() if count]
        draw = partial(picture_examples, db, Actor(place.id, None), pictured, file_store(settings))
        early = max(1, int(asked[first] * EARLY))
        with click.progressbar(length=asked[first], label=f"Making {first}", show_pos=True) as bar:
            for total in fill_with_examples(db, Actor(place.id, None), asked):
                bar.update(total - made)
                if made < early <= total:
                    draw()
                made = total
    others = " and ".join(f"{count} {table}" for table, count in asked.items() if table != first)
    others = others.replace("_", " ")
    click.echo(f"{place.name!r} has {made} demo {first} and {others}.")
