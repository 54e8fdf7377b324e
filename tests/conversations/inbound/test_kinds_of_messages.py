"""Each kind of message that customers send is shown, and its media are expected."""

import base64
from typing import Any

import pytest

from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive, counts, rows
from tests.support.whatsapp import message

pytestmark = pytest.mark.usefixtures("channel")
KINDS = [
    (
        message("w", "image", image={"id": "m1", "mime_type": "image/jpeg", "caption": "Look"}),
        "image",
        "Look",
    ),
    (message("w", "document", document={"id": "m1", "filename": "a.pdf"}), "document", ""),
    (
        message("w", "audio", audio={"id": "m1", "mime_type": "audio/ogg; codecs=opus", "voice": True}),
        "audio",
        "",
    ),
    (message("w", "video", video={"id": "m1", "mime_type": "video/mp4"}), "video", ""),
    (message("w", "sticker", sticker={"id": "m1", "mime_type": "image/webp"}), "sticker", ""),
    (message("w", "location", location={"latitude": 52.5, "longitude": 13.4}), "location", "52.5, 13.4"),
    (
        message("w", "location", location={"latitude": 1, "longitude": 2, "name": "Office"}),
        "location",
        "Office",
    ),
    (
        message("w", "contacts", contacts=[{"name": {"formatted_name": "Ann"}, "phones": [{"phone": "1"}]}]),
        "contacts",
        "Ann",
    ),
    (message("w", "reaction", reaction={"message_id": "wamid.1", "emoji": "👍"}), "reaction", "👍"),
    (message("w", "button", button={"text": "Yes", "payload": "yes-1"}), "reply", "Yes"),
    (
        message(
            "w",
            "interactive",
            interactive={"type": "button_reply", "button_reply": {"id": "1", "title": "No"}},
        ),
        "reply",
        "No",
    ),
    (
        message(
            "w", "interactive", interactive={"type": "list_reply", "list_reply": {"id": "1", "title": "Tue"}}
        ),
        "reply",
        "Tue",
    ),
    (message("w", "system", system={"body": "number changed", "type": "x"}), "system", "number changed"),
    (message("w", "poll_of_tomorrow", poll={}), "unknown", ""),
    (message("w", "unsupported", errors=[{"code": 131051}], unsupported={"type": "poll"}), "unknown", ""),
]


@pytest.mark.parametrize(
    ("part", "kind", "body"), KINDS, ids=[f"{kind}-{n}" for n, (_, kind, _) in enumerate(KINDS)]
)
def test_each_kind_of_message_is_shown(
    db: Database, vault: Vault, part: dict[str, Any], kind: str, body: str
) -> None:
    arrive(db, vault, part)
    assert rows(db, "SELECT kind, body FROM messages") == [{"kind": kind, "body": body}]
    assert counts(db)["quarantined"] == 0


def test_media_are_expected_with_the_fingerprint_that_was_sent(db: Database, vault: Vault) -> None:
    fingerprint = base64.b64encode(b"x" * 32).decode()
    arrive(
        db, vault, message("w", "image", image={"id": "m1", "mime_type": "image/png", "sha256": fingerprint})
    )
    media = rows(db, "SELECT media_id, media_type, sha256_told, state FROM message_media")
    assert media == [
        {"media_id": "m1", "media_type": "image/png", "sha256_told": (b"x" * 32).hex(), "state": "waiting"}
    ]
