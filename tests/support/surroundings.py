"""The environment of a process that a test starts."""

import os

LOCALE = ("LANG", "LANGUAGE", "LC_ALL", "PYTHONCOERCECLOCALE", "PYTHONUTF8")
KEPT = ("PATH", "PYTHONPATH", "TZ", "CLOCK_AHEAD", "DATABASE_URL", *LOCALE)


def surroundings(**variables: str) -> dict[str, str]:
    """These variables, the way to programs, and all that the test runs under."""
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **variables}
