"""The `crm` command: its subcommands are in crm/commands, one file for each subject."""

import os
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from crm.config import Settings, load_settings
from crm.db.ownership import adopt
from crm.db.refusal import StartRefused
from crm.errors import CrmError, system_words
from crm.setting_sources import wanted_log_format
from crm.standard_error import take_over_stderr
from crm.version import VERSION

COMMANDS = {
    "alerts": "alerts.alerts",
    "backup": "backup.backup",
    "backups": "backup.backups",
    "demo": "demo.demo",
    "doctor": "doctor.doctor",
    "erase": "erase.erase",
    "export": "exports.exports",
    "export-workspace": "transfer.export_workspace",
    "files": "files.files",
    "import": "imports.imports",
    "import-workspace": "transfer.import_workspace",
    "kpis": "kpis.kpis",
    "ledger": "ledger.ledger",
    "move-back": "moving.move_back",
    "move-to": "moving.move_to",
    "numbers": "numbers.numbers",
    "pause": "rollback.pause",
    "reconcile": "reconcile.reconcile",
    "release": "rollback.release",
    "reopen": "moving.reopen",
    "restore": "restore.restore_command",
    "rollback": "rollback.rollback",
    "secret": "secret.secret",
    "serve": "serve.serve",
    "setup": "setup.setup",
    "token": "token.token",
    "user": "user.user",
    "worker": "serve.worker",
    "workspace": "workspace.workspace",
}
"""What is typed, and where in crm/commands it is: only the one that runs is imported."""


class Root(click.Group):
    """Imports the command that is typed, and shows a refusal as one line, with the exit status 1."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(".")
        command: click.Command = getattr(import_module(f"crm.commands.{module}"), name)
        return command

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
