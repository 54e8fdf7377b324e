"""Makes once what machines of the compose profile `cluster` share: its service `keys` runs it as root."""

import os
import secrets
from pathlib import Path

KEYS = Path("/keys")
MACHINES = sorted(Path("/machines").iterdir())
PROGRAM = 10001


def keep(path: Path, text: str, mode: int, owner: int = 0) -> None:
    """A former one stays; a start that was killed leaves none in part."""
    if path.exists():
        return
    part = path.with_name(f".{path.name}")
    part.write_text(text)
    part.chmod(mode)
    os.chown(part, owner, owner)
    part.rename(path)


def main() -> None:
    password = KEYS / "database_password"
    keep(password, secrets.token_urlsafe(32), 0o444)
    keep(KEYS / "pgpass", f"*:*:*:holdfast:{password.read_text()}\n", 0o600, PROGRAM)
    keep(KEYS / "rpc_secret", secrets.token_hex(32), 0o600)
    keep(KEYS / "secret.key", secrets.token_urlsafe(48), 0o600)
    for folder in (*MACHINES, Path("/imports")):
        folder.chmod(0o700)
        os.chown(folder, PROGRAM, PROGRAM)
    for folder in MACHINES:
        keep(folder / "secret.key", (KEYS / "secret.key").read_text(), 0o600, PROGRAM)


main()
