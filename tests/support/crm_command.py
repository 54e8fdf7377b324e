"""`crm …` in a process of its own, on the places of some settings."""

import subprocess
import sys

from crm.config import PROJECT_ROOT, Settings
from tests.support.surroundings import surroundings

PLACES = ("sqlite_path", "upload_folder", "backup_dir")


def environment_for(settings: Settings) -> dict[str, str]:
    return surroundings(**{name.upper(): str(getattr(settings, name)) for name in PLACES})


def crm(
    settings: Settings, *arguments: str, answer: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Without an answer it has no terminal to ask; `returncode` is left to the caller to judge."""
    return subprocess.run(
        [sys.executable, "-m", "crm", *arguments],
        cwd=PROJECT_ROOT,
        env={**environment_for(settings), **variables},
        input=answer,
        stdin=subprocess.DEVNULL if answer is None else None,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
