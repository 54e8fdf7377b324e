"""The `crm` command: its commands stand in crm/commands, one file a subject."""

import click

from crm.commands import serve, setup, token, user, workspace
from crm.db.refusal import StartRefused
from crm.errors import CrmError
from crm.version import VERSION


class Root(click.Group):
    """Shows a refusal as one line, with the exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (CrmError, StartRefused) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="crm")
def main() -> None:
    """Run and look after a Holdfast appliance."""


for command in (serve.serve, serve.worker, setup.setup, workspace.workspace, user.user, token.token):
    main.add_command(command)
