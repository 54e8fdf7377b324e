"""The tool of Prometheus takes what /metrics says, the rules of alerts, and the dashboard's expressions."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crm import clock
from crm.config import PROJECT_ROOT, Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.engine import Pool
from crm.monitoring.prometheus import write_metrics
from crm.monitoring.publishing import Publisher

DEPLOY = PROJECT_ROOT / "deploy"
NAME = re.compile(r"\bholdfast_\w+")


def promtool(*arguments: str, given: str = "", folder: Path = DEPLOY) -> str:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool, of Debian's package `prometheus`")
    done = subprocess.run(
        ["promtool", *arguments], input=given, cwd=folder,
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def metrics(db: Database, prepared: Settings) -> str:
    publisher = Publisher(db, "web")
    publisher.requests.note("GET", "/clients", 200, 3_000_000)
    db.read(lambda tx: tx.value("SELECT count(*) FROM schema_migrations"), SYSTEM)
    publisher.publish()
    return write_metrics(db, prepared).decode()


def names_in(metrics: str) -> set[str]:
    """Also of families that have nothing yet."""
    lines = (line.removeprefix("# HELP ") for line in metrics.splitlines())
    return {match[0] for line in lines if (match := NAME.match(line))}


def test_promtool_finds_no_fault_in_the_figures(metrics: str) -> None:
    assert promtool("check", "metrics", given=metrics) == ""


def test_what_is_told_to_a_person_is_told_to_prometheus(
    db: Database, prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = clock.now().timestamp() + 3 * 86_400
    publisher = Publisher(db, "worker", lambda: ends)
    monkeypatch.setattr(type(db.engine), "pool", lambda _: Pool(8, 7, 0, 0))
    db.read(lambda tx: tx.value("SELECT count(*) FROM schema_migrations"), SYSTEM)
    publisher.publish()
    told = dict(line.rsplit(" ", 1) for line in write_metrics(db, prepared).decode().splitlines())
    assert float(told["holdfast_db_scarce_connections"]) == 1
    assert 86_400 < float(told["holdfast_certificate_valid_seconds"]) <= 3 * 86_400
    assert float(told["holdfast_db_longest_transaction_seconds"]) > 0
    assert float(told["holdfast_db_longest_statement_seconds"]) > 0
    assert float(told["holdfast_uptime_seconds"]) >= 0


def test_promtool_takes_the_configuration_and_the_rules(tmp_path: Path) -> None:
    for name in ("prometheus.yml", "prometheus-alerts.yml"):
        shutil.copy(DEPLOY / name, tmp_path)
    (tmp_path / "holdfast-token").write_text("hf_secret")
    assert "SUCCESS" in promtool("check", "config", "prometheus.yml", folder=tmp_path)


def test_rules_raise_their_alerts_and_clear_them() -> None:
    assert "SUCCESS" in promtool("test", "rules", "prometheus-alerts-test.yml")


def test_rules_and_dashboard_name_only_figures_that_there_are(metrics: str, tmp_path: Path) -> None:
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = (DEPLOY / "prometheus-alerts.yml").read_text(encoding="utf-8")
    named = {name for text in (*expressions, rules) for name in NAME.findall(text)}
    assert len(named) > 30 and named - names_in(metrics) == set()
    assert "holdfast_db_scarce_connections +Inf" in metrics, "while no process has few"
    rules_of_panels = [{"record": f"panel:{i}", "expr": text} for i, text in enumerate(expressions)]
    (tmp_path / "rules.json").write_text(json.dumps({"groups": [{"name": "d", "rules": rules_of_panels}]}))
    assert "SUCCESS" in promtool("check", "rules", "rules.json", folder=tmp_path)
