"""`crm alerts`: whoever runs a server that several workspaces share says who is told, and by which sender."""

from pathlib import Path

from crm.config import Settings
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.fields import parse_fields
from crm.monitoring.alert_settings import get_alert_settings, settle_test
from crm.monitoring.alerts import Reading
from crm.monitoring.incidents import open_incidents, settle_readings
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.crm_command import crm
from tests.support.whatsapp import KEY, connect

TOLD = ("--email", "box@example.org", "--quiet-from", "22:00", "--quiet-until", "06:30")


def test_on_a_shared_server_the_machine_says_who_is_told(
    prepared: Settings, db: Database, cast: Cast, tmp_path: Path
) -> None:
    connect(db, cast.outsider, Vault(KEY))
    fields = parse_fields(TemplateFields, {"name": "alert", "body": "Server: {{1}}"})
    db.write(add_template, cast.outsider, fields)
    by_phone = ("--phone", "+491701234567", "--template", "alert/en_US")
    refused = crm(prepared, "alerts", "set", *TOLD, *by_phone)
    assert (refused.returncode, "--phone: needs a connected number" in refused.stderr) == (1, True)
    done = crm(
        prepared, "alerts", "set", *TOLD, *by_phone, "--workspace", "Elsewhere",
        "--zone", "Europe/Berlin", "--threshold", "slow=7.5,200", "--threshold", "disk=,",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found, _ = db.read(get_alert_settings, SYSTEM)
    assert (found.recipient, found.zone, found.sent_from) == (
        "box@example.org", "Europe/Berlin", cast.outsider.workspace_id,
    )  # fmt: skip
    assert found.thresholds == {"slow": (7.5, 200), "disk": (None, None)}
    assert crm(prepared, "alerts", "set", "--email", "").returncode == 0
    again, _ = db.read(get_alert_settings, SYSTEM)
    assert again == found.model_copy(update={"recipient": None})


def test_what_makes_no_sense_is_refused_by_its_name(prepared: Settings, cast: Cast) -> None:
    for arguments, refusal in (
        (("--zone", "Nowhere"), "--zone: "),
        (("--email", "nobody"), "--email: "),
        (("--quiet-from", "25:00"), "--quiet-from: "),
        (("--threshold", "slow=many,"), "--threshold slow: 'many' is no number"),
        (("--threshold", "slow=5"), "--threshold slow: needs both values"),
        (("--threshold", "slow=5,4"), "--threshold slow, warning: must not be over the critical value"),
        (("--threshold", "disk=101,"), "--threshold disk, warning: must be from 0 to 100"),
        (("--threshold", "nothing=1,2"), "--threshold: there is no alert 'nothing'"),
    ):
        refused = crm(prepared, "alerts", "set", *arguments)
        assert (refused.returncode, refusal in refused.stderr) == (1, True), refused.stderr
    refused = crm(prepared, "alerts", "test")
    assert (refused.returncode, "Nobody is told yet" in refused.stderr) == (1, True)


def test_what_is_set_raised_and_tested_is_shown(prepared: Settings, db: Database, cast: Cast) -> None:
    assert crm(prepared, "alerts", "set", "--email", "box@example.org").returncode == 0
    assert "within a minute" in crm(prepared, "alerts", "test").stdout
    db.write(settle_test, SYSTEM, "The mail server does not answer.")
    db.write(settle_readings, SYSTEM, [Reading("disk", 4.0, "critical")])
    shown = crm(prepared, "alerts", "show").stdout
    for line in (
        "email: box@example.org", "threshold slow: 50,200", "critical: Only 4 % of the disk are free.",
        "last test: The mail server does not answer.",
    ):  # fmt: skip
        assert line in shown
    incident = db.read(open_incidents, SYSTEM)[0].id
    assert crm(prepared, "alerts", "acknowledge", str(incident)).returncode == 0
    assert "Acknowledged by command line." in crm(prepared, "alerts", "show").stdout
    assert crm(prepared, "alerts", "acknowledge", "98765").returncode == 1
