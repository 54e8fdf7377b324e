"""PgBouncer before a private server, as people put it before theirs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.appliance import wait_until
from tests.support.postgres import OWNER

CONNECTIONS = 3
"""To the server: fewer than the program opens, so that transactions change places on them."""
SETTINGS = """
[databases]
* = host={server} user={owner}
[pgbouncer]
pool_mode = transaction
unix_socket_dir = {folder}
listen_addr =
listen_port = 6432
auth_type = any
default_pool_size = {connections}
max_client_conn = 200
logfile = {folder}/log
pidfile = {folder}/pid
"""


def pooler_program() -> str | None:
    """Debian keeps it out of a user's path."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def pooled(server: Path) -> Iterator[str]:
    """`host=…&port=…` of a pooler in transaction mode; `server` is the server's socket."""
    program = pooler_program()
    assert program is not None
    folder = Path(tempfile.mkdtemp(prefix="pooler-"))
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        SETTINGS.format(server=server.parent, owner=OWNER, folder=folder, connections=CONNECTIONS)
    )
    owner = OWNER if os.geteuid() == 0 else None
    if owner:
        for each in (folder, settings):
            shutil.chown(each, owner, owner)
    running = subprocess.Popen(
        [program, str(settings)], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, user=owner, group=owner, extra_groups=[] if owner else None,
    )  # fmt: skip
    try:
        wait_until((folder / ".s.PGSQL.6432").exists)
        yield f"host={folder}&port=6432"
    finally:
        running.terminate()
        running.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
