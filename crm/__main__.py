"""The `crm` command as a program: `python -m crm`, or `crm` where it is installed."""

import gc

from crm.when_used import WhenUsed

GARBAGE_OBJECTS = 20_000

cli = WhenUsed("crm.cli")


def main() -> None:
    """Imports all of it.

    That leaves hardly a cycle behind, nor does a request: with its own default of 700 objects the collector
    would look for some in every module and at every second request, a tenth of the time of a start.
    """
    gc.set_threshold(GARBAGE_OBJECTS, 20, 20)
    cli.main(prog_name="crm")


if __name__ == "__main__":
    main()
