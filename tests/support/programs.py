"""Programs of others that stand beside the appliance, for the tests that run them."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

CADDY = shutil.which("caddy", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))
NO_CADDY = "no caddy here: the registry has none for this system"
LITESTREAM_MODULE, LITESTREAM_VERSION = "github.com/benbjohnson/litestream/cmd/litestream", "v0.5.18"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "holdfast"


class NoProgram(Exception):
    """The reason why it cannot be had here."""


def built_litestream() -> str:
    """The program, built once and kept. Raises NoProgram where there is no Go, or no way to its modules."""
    folder = CACHE / f"litestream-{LITESTREAM_VERSION}"
    go = shutil.which("go")
    if go is None:
        raise NoProgram("there is no Go to build Litestream with")
    if not (folder / "litestream").exists():
        built = subprocess.run(
            [go, "install", f"{LITESTREAM_MODULE}@{LITESTREAM_VERSION}"],
            env={**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            timeout=1_000,
            check=False,
        )
        if built.returncode:
            raise NoProgram(f"Litestream could not be built here: {built.stderr.strip()[-300:]}")
    return str(folder / "litestream")
