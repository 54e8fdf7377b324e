"""The `crm` command: its subcommands are in crm/commands, one file for each subject."""

import os
from contextlib import suppress
from typing import Any

import click

from crm.commands import (
    alerts,
    backup,
    demo,
    doctor,
    erase,
    exports,
    files,
    imports,
    kpis,
    ledger,
    moving,
    numbers,
    reconcile,
    restore,
    rollback,
    secret,
    serve,
    setup,
    token,
    transfer,
    user,
    workspace,
)
from crm.config import Settings, load_settings
from crm.db.ownership import adopt
from crm.db.refusal import StartRefused
from crm.errors import CrmError, system_words
from crm.setting_sources import wanted_log_format
from crm.standard_error import take_over_stderr
from crm.version import VERSION


class Root(click.Group):
    """Shows a refusal as one line, with the exit status 1."""

    def main(self, *args: Any, **options: Any) -> Any:
        take_over_stderr(wanted_log_format(Settings.model_config.get("env_file")))
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> object:
        process = os.getpid()
        try:
            return super().invoke(ctx)
        except (CrmError, StartRefused) as error:
            raise click.ClickException(str(error)) from error
        except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
            raise click.ClickException(f"{system_words(error)}.") from error
        finally:
            if os.getpid() == process:  # not one that the server has forked
                give_back()


def give_back() -> None:
    """What a command made as root in the folders of another user must not stop the server of that user."""
    if os.geteuid() != 0:
        return
    with suppress(CrmError):
        settings = load_settings()
        adopt(settings.sqlite_path.parent, settings.upload_folder, settings.backup_dir)


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="crm")
def main() -> None:
    """Run and look after a Holdfast server."""


COMMANDS: tuple[click.Command, ...] = (
    alerts.alerts,
    backup.backup,
    backup.backups,
    demo.demo,
    doctor.doctor,
    erase.erase,
    exports.exports,
    files.files,
    imports.imports,
    kpis.kpis,
    reconcile.reconcile,
    ledger.ledger,
    moving.move_back,
    moving.move_to,
    moving.reopen,
    numbers.numbers,
    restore.restore_command,
    rollback.pause,
    rollback.release,
    rollback.rollback,
    secret.secret,
    serve.serve,
    serve.worker,
    setup.setup,
    token.token,
    transfer.export_workspace,
    transfer.import_workspace,
    user.user,
    workspace.workspace,
)

for command in COMMANDS:
    main.add_command(command)
