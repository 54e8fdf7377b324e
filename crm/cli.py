"""The `crm` command: its groups and commands stand in crm/commands, one file a subject."""

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="holdfast-crm", prog_name="crm")
def main() -> None:
    """Run and look after a Holdfast appliance."""
