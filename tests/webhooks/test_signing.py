"""What is sent is signed as Standard Webhooks says, checked by the libraries that its authors publish."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Checker
from standardwebhooks import WebhookVerificationError

from crm.config import PROJECT_ROOT
from crm.webhooks.sealed_secrets import signing_secrets
from crm.webhooks.signing import PREFIX, new_webhook_secret, sign
from crm.webhooks.webhooks import rotate_secret
from tests.generated_clients.conftest import run
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.webhooks.conftest import VAULT, Telling

MODULES = Path(__file__).parent.parent / "generated_clients" / "node_modules"
SCRIPT = """
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
const { secret, body, headers } = JSON.parse(readFileSync("given.json", "utf8"));
const checker = new Webhook(secret);
console.log(checker.verify(body, headers).type);
try { checker.verify(body + " ", headers); } catch (error) { console.log(error.constructor.name); }
"""


def test_the_python_library_accepts_what_is_sent_and_nothing_that_was_changed(telling: Telling) -> None:
    made = telling.hook(kinds=["client"])
    ada = add_client(telling.db, telling.who, name="Ada")
    assert telling.told() == 1
    (got,) = telling.receiver.got
    event = Checker(made.secret).verify(got.body, got.headers)
    assert (event["type"], event["data"]["id"]) == ("client.created", ada.id)
    for other, headers in [
        (got.body + b" ", got.headers),
        (got.body, got.headers | {"webhook-id": "evt_other"}),
        (got.body, got.headers | {"webhook-timestamp": str(int(got.headers["webhook-timestamp"]) - 1)}),
    ]:
        with pytest.raises(WebhookVerificationError):
            Checker(made.secret).verify(other, headers)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
@pytest.mark.skipif(
    not (MODULES / "standardwebhooks").is_dir(), reason="needs `npm ci` in tests/generated_clients"
)
def test_the_javascript_library_accepts_what_is_sent(telling: Telling, tmp_path: Path) -> None:
    made = telling.hook(kinds=["client"])
    add_client(telling.db, telling.who, name="Zoë 李")
    assert telling.told() == 1
    (got,) = telling.receiver.got
    given = {"secret": made.secret, "body": got.body.decode(), "headers": got.headers}
    (tmp_path / "given.json").write_text(json.dumps(given))
    (tmp_path / "check.mjs").write_text(SCRIPT)
    (tmp_path / "node_modules").symlink_to(MODULES)
    said = run("node", "check.mjs", folder=tmp_path)
    assert said.split() == ["client.created", "WebhookVerificationError"]


def test_the_documented_check_accepts_what_is_sent_and_nothing_else(telling: Telling) -> None:
    made = telling.hook(kinds=["client"])
    add_client(telling.db, telling.who, name="Ada")
    telling.told()
    (got,) = telling.receiver.got
    text = (PROJECT_ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    (documented,) = [part for part in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def " in part]
    found: dict[str, Any] = {}
    exec(documented, found)  # noqa: S102 - it is our own page
    assert found["is_ours"](made.secret, got.headers, got.body)
    assert not found["is_ours"](made.secret, got.headers, got.body + b" ")
    assert not found["is_ours"](new_webhook_secret(), got.headers, got.body)


def test_while_a_secret_is_replaced_both_sign_and_then_only_the_new_one(
    telling: Telling, frozen_clock: FrozenClock
) -> None:
    old = telling.hook(kinds=["client"])
    new = telling.db.write(rotate_secret, telling.who, VAULT, old.id, new_webhook_secret(), 24)
    assert new.secret != old.secret and new.secret.startswith(PREFIX)
    for signers in (2, 1):
        secrets = [new.secret, old.secret][:signers]
        assert telling.db.read(signing_secrets, telling.who, VAULT, old.id) == secrets
        add_client(telling.db, telling.who, name=f"Signed by {signers}")
        telling.told()
        got = telling.receiver.got[-1]
        signatures = got.headers["webhook-signature"].split()
        stamp = int(got.headers["webhook-timestamp"])
        expected = sign(secrets, got.headers["webhook-id"], stamp, got.body)
        assert " ".join(signatures) == expected and len(signatures) == signers
        frozen_clock.time += timedelta(hours=24, seconds=1)
