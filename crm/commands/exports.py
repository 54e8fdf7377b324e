"""`crm export clients FILE`, and the same for leads, tasks and notes."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from crm.commands.appliance import find_actor, opened_appliance
from crm.db.durable_files import written_durably
from crm.db.file_stores.opening import file_store
from crm.errors import CrmError, Invalid
from crm.exports.columns import export_of
from crm.exports.exporting import SUFFIXES, Format, Order, begin_export, file_parts, formats_of
from crm.exports.tables import DELIMITERS
from crm.fields import parse_fields
from crm.kinds import KINDS
from crm.records.kind import Kind


@click.group("export")
def exports() -> None:
    """Export clients, leads, tasks or notes to a file: CSV, XLSX, JSON Lines or vCard."""


def _options(command: Callable[..., None], kind: Kind) -> Callable[..., None]:
    filters = ", ".join(sorted(export_of(kind).filters.model_fields))
    for option in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path, dir_okay=False)),
            click.option(
                "--format",
                "form",
                type=click.Choice(formats_of(kind)),
                help="Without it, by the end of the file's name, else csv.",
            ),
            click.option(
                "--workspace", metavar="W", help="Name or id of the workspace, if there are several."
            ),
            click.option(
                "--user", metavar="E", help="E-mail of the user who exports; default: the first owner."
            ),
            click.option(
                "--filter",
                "filters",
                metavar="NAME=VALUE",
                multiple=True,
                help=f"Only some of them, as in the list; can be repeated. Names: {filters}.",
            ),
            click.option("--sort", metavar="ORDER", help="As in the list, such as name or -created_at."),
            click.option(
                "--delimiter",
                type=click.Choice(tuple(DELIMITERS)),
                default="comma",
                show_default=True,
                help="Of CSV.",
            ),
            click.option("--bom", is_flag=True, help="CSV begins with a byte order mark, which Excel needs."),
            click.option("--force", is_flag=True, help="Replace the file if it exists."),
        )
    ):
        command = option(command)
    return command


def _command_of(kind: Kind) -> click.Command:
    def run(**given: Any) -> None:
        _export(kind, **given)

    run.__doc__ = f"Export {kind.table}."
    return click.command(kind.table)(_options(run, kind))


for each in KINDS:
    if each.export is not None:
        exports.add_command(_command_of(each))


def _export(
    kind: Kind,
    *,
    file: Path,
    form: Format | None,
    workspace: str | None,
    user: str | None,
    filters: Iterable[str],
    sort: str | None,
    delimiter: str,
    bom: bool,
    force: bool,
) -> None:
    if file.exists() and not force:
        raise CrmError(f"{file} exists already; --force replaces it.")
    given = dict(_parted(each) for each in filters)
    chosen = form or _by_name(file, kind)
    with opened_appliance() as (settings, db):
        try:
            wanted = parse_fields(export_of(kind).filters, given)
            order = Order(kind, wanted, dict(given), sort, chosen, DELIMITERS[delimiter], bom)
            who = find_actor(db, workspace, user)
            count = db.write(begin_export, who, order)
        except Invalid as error:
            raise CrmError(f"{error.problems[0].field}: {error.problems[0].message}") from None
        _write(partial(file_parts, db, who, order, file_store(settings)), file, count)
    click.echo(f"{file}: {count} {kind.table}")


def _parted(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.BadParameter("must be NAME=VALUE", param_hint="--filter")
    return name, value


def _by_name(file: Path, kind: Kind) -> Format:
    suffix = file.suffix.lower().removeprefix(".")
    return next((form for form in formats_of(kind) if SUFFIXES[form] == suffix), get_args(Format)[0])


def _write(parts: Callable[[Callable[[int], object]], Iterator[bytes]], file: Path, count: int) -> None:
    """The file is whole, or is not there. `parts` is told where to say how many records were read."""
    with (
        click.progressbar(length=count or 1, label="Exporting", file=sys.stderr) as bar,
        written_durably(file.absolute()) as out,
    ):
        for part in parts(bar.update):
            out.write(part)
