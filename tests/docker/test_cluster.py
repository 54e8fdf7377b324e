"""The profile `cluster` of the compose file: two machines on one PostgreSQL, of which either may die.

PostgreSQL and the counter of limits are Debian's, the proxy and the S3 store those of the other tests: the
images of their makers are not pulled here. The rest is as shipped.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docker.conftest import STAND_IN, Project, build_around, docker
from tests.docker.test_profiles import own_address_on_the_bridge
from tests.support.appliance import free_port, wait_until
from tests.support.object_store import BUCKET, object_store
from tests.support.programs import CADDY, NO_CADDY
from tests.support.samples import picture

pytestmark = [
    pytest.mark.serial,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(CADDY is None, reason=NO_CADDY),
]
MACHINES = ("machine-1", "machine-2")
SERVERS = f"""
FROM {STAND_IN}
RUN apt-get update && apt-get install -y --no-install-recommends postgresql redis-server \\
 && ln -s redis-server /usr/bin/valkey-server && ln -s /usr/lib/postgresql/*/bin/pg_isready /usr/local/bin/
COPY server.sh /bin/
CMD ["/bin/sh", "/bin/server.sh"]
"""
SERVER = r"""# What the makers' image does: a new cluster, a role with its password, a database.
set -e
data=/var/lib/postgresql/data
PATH=$(ls -d /usr/lib/postgresql/*/bin):$PATH
if [ ! -s $data/PG_VERSION ]; then
  chown postgres $data
  runuser -u postgres -- initdb -D $data -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \
    -A scram-sha-256 $POSTGRES_INITDB_ARGS
  echo "host all all all scram-sha-256" >> $data/pg_hba.conf
  runuser -u postgres -- pg_ctl -D $data -w -o "-c listen_addresses=" start
  PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") \
    createdb -h /var/run/postgresql -U "$POSTGRES_USER" "$POSTGRES_DB"
  runuser -u postgres -- pg_ctl -D $data -w stop
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups postgres -D $data -c listen_addresses='*'
"""
CADDYS = (
    "ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data",
    'CMD ["/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
)


@pytest.fixture
def store(engine: None) -> Iterator[str]:
    try:
        with object_store(own_address_on_the_bridge()) as address:
            yield address
    except AssertionError:
        pytest.skip("the engine's containers cannot be reached from here")


@pytest.fixture
def cluster(project: Project, store: str, tmp_path: Path) -> Project:
    context = tmp_path / "servers"
    context.mkdir()
    (context / "Dockerfile").write_text(SERVERS)
    (context / "server.sh").write_text(SERVER)
    servers = "holdfast-test-servers"
    docker("build", "--tag", servers, str(context), seconds=600)
    images = {
        "database": {"image": servers},
        "limits": {"image": servers},
        "files": {"image": servers, "command": ["sleep", "infinity"], "init": True},
        "cluster": {"image": build_around(str(CADDY), tmp_path, *CADDYS)},
    }
    override = tmp_path / "override.json"
    override.write_text(json.dumps({"services": images}))
    project.files.append(str(override))
    project.profiles.append("cluster")
    project.main = MACHINES[0]
    given = {"FILES_URL": f"s3://{BUCKET}/files", "FILES_ENDPOINT": store, "HOLDFAST_PORT": str(free_port())}
    project.variables.update(given, FILES_ACCESS_KEY="key", FILES_SECRET_KEY="secret")
    project.variables["CLUSTER_PORT"] = str(project.port)
    return project


def wait_for(project: Project, *machines: str) -> None:
    for machine in machines:
        project.main = machine
        project.wait_healthy()


def test_either_machine_of_the_cluster_may_die(cluster: Project) -> None:
    cluster.compose("up", "-d", "--no-build", "cluster")
    wait_for(cluster, *MACHINES)
    cluster.set_up()
    with cluster.api() as api:
        wait_until(lambda: api.get("/api/health").status_code == 200, 60)
        for machine in MACHINES:
            docker("kill", "--signal", "KILL", cluster.container_of(machine))
            made = api.post("/api/clients", json={"name": f"Without {machine}"})
            assert made.status_code == 201, made.text
            where = f"/api/clients/{made.json()['data']['id']}/picture"
            sent = api.put(where, files={"file": ("me.png", picture(), "image/png")})
            assert sent.status_code in {200, 201}, sent.text
            docker("start", cluster.container_of(machine))
            wait_for(cluster, machine)
    cluster.down()
    cluster.compose("up", "-d", "--no-build", "cluster")
    wait_for(cluster, *MACHINES)
    with cluster.api() as api:
        wait_until(lambda: api.get("/api/health").status_code == 200, 60)
        found = api.get("/api/clients").json()["data"]
        assert {row["name"] for row in found} == {f"Without {machine}" for machine in MACHINES}
        for row in found:
            assert api.get(f"/api/files/{row['picture_id']}/content").status_code == 200
    imports = "import os; os.close(os.open('/app/data/crm.db.imports/seen', os.O_CREAT, 0o600))"
    cluster.inside("python", "-c", imports)
    cluster.main = MACHINES[0]
    assert "seen" in cluster.inside("ls", "/app/data/crm.db.imports")
