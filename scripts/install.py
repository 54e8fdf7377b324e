"""`pip install` into the environment that runs this, whatever place pip's own settings name.

Of pip's settings (pip.conf, PIP_…) only those hold that say where packages come from: `user = true`, a target
or a prefix would put them where the appliance does not look.
"""

import ast
import os
import subprocess
import sys

WHERE_FROM = (
    "index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "proxy",
    "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir", "keyring-provider",
)  # fmt: skip
SECTIONS = ("global", "install", ":env:")
QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
PIP = (sys.executable, "-I", "-m", "pip")


def main() -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment |= {**QUIET, "PIP_CONFIG_FILE": os.devnull, **sources()}
    return subprocess.call([*PIP, "install", "--quiet", *sys.argv[1:]], env=environment)  # noqa: S603


def sources() -> dict[str, str]:
    """Where packages come from, as variables; of the sections of pip's settings the later ones count."""
    done = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)  # noqa: S603
    lines = [line.partition("=") for line in done.stdout.splitlines()]
    return {
        f"PIP_{option.upper().replace('-', '_')}": str(ast.literal_eval(value))
        for section in SECTIONS
        for name, _, value in lines
        for option in WHERE_FROM
        if name == f"{section}.{option}"
    }


if __name__ == "__main__":
    sys.exit(main())
