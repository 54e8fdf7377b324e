"""Real reverse proxies on plain HTTP and a free port, which each yields."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crm.config import PROJECT_ROOT
from tests.support.appliance import free_port, wait_until
from tests.support.programs import CADDY

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
NO_NGINX = "no nginx here: on Debian apt-get install nginx brings it"
CONFIG = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr warn;
events {{}}
http {{
    access_log off; gzip on; gzip_proxied any; gzip_min_length 1; gzip_types application/json;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include /etc/nginx/mime.types;
    server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""


@contextmanager
def caddy(upstream: int, folder: Path) -> Iterator[int]:
    """The shipped Caddyfile."""
    port = free_port()
    shipped = str(PROJECT_ROOT / "deploy" / "Caddyfile")
    variables = {
        "DOMAIN": f"http://127.0.0.1:{port}",
        "UPSTREAM": f"127.0.0.1:{upstream}",
        "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
        "HOME": str(folder),
    }
    yield from _running([str(CADDY), "run", "--config", shipped, "--adapter", "caddyfile"], port, variables)


@contextmanager
def nginx(upstream: int, folder: Path, location: str) -> Iterator[int]:
    """With one `location`, in which `UPSTREAM` stands for the appliance's address."""
    port, place = free_port(), folder / "nginx"
    place.mkdir()
    at = location.replace("UPSTREAM", f"http://127.0.0.1:{upstream}")
    config = place / "nginx.conf"
    config.write_text(CONFIG.format(folder=place, port=port, location=at), encoding="utf-8")
    yield from _running([str(NGINX), "-p", str(place), "-c", str(config)], port, {})


def _running(command: list[str], port: int, variables: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(
        command, env=dict(variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
