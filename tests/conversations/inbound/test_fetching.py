import hashlib
from typing import Any

import pytest

from crm.clients.trash import delete_client
from crm.conversations.inbound.fetching import MOST_ATTEMPTS, fetch_due, retry_media
from crm.errors import NotFound
from tests.support.cloud_api import CUT_BEFORE_ACCEPT, Fault
from tests.support.samples import PDF, picture
from tests.support.talk import Talk
from tests.support.whatsapp import message

LIMIT = 100_000
OGG = b"OggS" + b"\x00" * 60
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 60


def receive(talk: Talk, kind: str = "image", wamid: str = "wamid.1", **media: Any) -> None:
    content: dict[str, Any] = {kind: {"id": "m1", "mime_type": "image/png", **media}}
    talk.arrive(message(wamid, kind, **content))


def fetch(talk: Talk) -> int:
    return fetch_due(talk.db, talk.post, LIMIT)


def media(talk: Talk) -> dict[str, Any]:
    return talk.rows("SELECT state, problem, file_id, attempts FROM message_media")[0]


def test_media_become_a_file_of_the_client(talk: Talk) -> None:
    talk.stub.offer("m1", picture(), "image/png")
    receive(talk)
    assert fetch(talk) == 1
    assert fetch(talk) == 0
    (file,) = talk.rows("SELECT id, subject, subject_id, name, media_type, stored_name FROM files")
    assert (file["name"], file["media_type"]) == ("image.png", "image/png")
    assert file["subject"] == "client"
    assert file["subject_id"] == talk.value("SELECT client_id FROM conversations")
    assert (media(talk)["state"], media(talk)["file_id"]) == ("kept", file["id"])
    assert talk.post.files.size(file["stored_name"])


@pytest.mark.parametrize(
    ("kind", "media_facts", "content", "name"),
    [
        ("document", {"mime_type": "application/pdf", "filename": "bill.pdf"}, PDF, "bill.pdf"),
        ("audio", {"mime_type": "audio/ogg; codecs=opus"}, OGG, "audio.ogg"),
        ("video", {"mime_type": "video/mp4"}, MP4, "video.mp4"),
        ("sticker", {"mime_type": "image/webp"}, picture("WEBP"), "sticker.webp"),
    ],
)
def test_each_kind_is_kept_under_a_name_that_says_its_type(
    talk: Talk, kind: str, media_facts: dict[str, str], content: bytes, name: str
) -> None:
    talk.stub.offer("m1", content, media_facts["mime_type"])
    receive(talk, kind, **media_facts)
    fetch(talk)
    assert talk.rows("SELECT name FROM files") == [{"name": name}]


@pytest.mark.parametrize("fault", [Fault(500, 131000), Fault(429, 130429), CUT_BEFORE_ACCEPT])
@pytest.mark.parametrize("step", [0, 1])
def test_a_passing_failure_at_either_step_loses_nothing(talk: Talk, fault: Fault, step: int) -> None:
    talk.stub.offer("m1", picture(), "image/png")
    talk.stub.meet(*[Fault(accept=True)] * step, fault)
    receive(talk)
    fetch(talk)
    assert media(talk)["state"] == "waiting"
    assert fetch(talk) == 0
    talk.clock.advance(minutes=1)
    fetch(talk)
    assert media(talk)["state"] == "kept"


def test_content_with_another_fingerprint_is_fetched_again(talk: Talk) -> None:
    talk.stub.offer("m1", picture(), "image/png")
    receive(talk, sha256="0" * 64)
    fetch(talk)
    assert (media(talk)["state"], media(talk)["file_id"]) == ("waiting", None)
    assert talk.rows("SELECT id FROM files") == []


def test_an_empty_fingerprint_is_none(talk: Talk) -> None:
    talk.stub.offer("m1", picture(), "image/png", sha256="")
    receive(talk)
    fetch(talk)
    assert media(talk)["state"] == "kept"


def test_the_fingerprint_of_the_message_counts(talk: Talk) -> None:
    talk.stub.offer("m1", picture(), "image/png", sha256="0" * 64)
    receive(talk, sha256=hashlib.sha256(picture()).hexdigest())
    fetch(talk)
    assert media(talk)["state"] == "kept"


@pytest.mark.parametrize(
    ("media_facts", "content", "offered", "says"),
    [
        ({"filename": "x.exe"}, b"MZ", {}, "not accepted"),
        ({"filename": "x.pdf"}, b"<html>", {}, "not a valid .pdf file"),
        ({"filename": "x.txt"}, b"x" * (LIMIT + 1), {}, "larger than"),
        ({"filename": "x.txt"}, b"x" * (LIMIT + 1), {"file_size": 5}, "larger than"),
        ({"filename": "x.txt"}, b"x", {"url": "http://169.254.169.254/latest"}, "not one of WhatsApp"),
        (
            {"filename": "x.txt"},
            b"x",
            {"url": "https://lookaside.fbsbx.com.evil.example/x"},
            "not one of WhatsApp",
        ),
        ({"filename": "x.txt"}, b"x", {"url": "http://lookaside.fbsbx.com/x"}, "not one of WhatsApp"),
        ({"filename": "x.txt"}, b"x", {"url": "file:///etc/passwd"}, "not one of WhatsApp"),
        ({"filename": "x.txt"}, b"x", {"url": "https://[::1"}, "not one of WhatsApp"),
    ],
)
def test_what_an_upload_may_not_be_is_refused_and_said(
    talk: Talk, media_facts: dict[str, str], content: bytes, offered: dict[str, Any], says: str
) -> None:
    talk.stub.offer("m1", content, "text/plain", **offered)
    receive(talk, "document", **media_facts)
    fetch(talk)
    assert media(talk)["state"] == "refused"
    assert says in media(talk)["problem"]
    assert talk.rows("SELECT id FROM files") == []
    assert list(talk.post.files.names()) == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("ann.vcf", "text/vcard"),
        ("all.zip", "application/zip"),
        ("IMG_1.HEIC", "image/heic"),
        ("plan.dwg", "application/acad"),
        ("bill.xml", "application/xml"),
        ("mail.eml", "message/rfc822"),
        ("of.nobody_knows", "application/octet-stream"),
    ],
)
def test_what_else_customers_send_is_kept_to_download(talk: Talk, name: str, media_type: str) -> None:
    talk.stub.offer("m1", b"<script>anything</script>", "application/octet-stream")
    receive(talk, "document", filename=name, mime_type="application/octet-stream")
    fetch(talk)
    assert media(talk)["state"] == "kept"
    assert talk.rows("SELECT name, media_type FROM files") == [{"name": name, "media_type": media_type}]


def test_what_was_refused_can_be_tried_again_by_a_person(talk: Talk) -> None:
    receive(talk, wamid="w1")
    fetch(talk)
    assert media(talk)["state"] == "refused"
    talk.stub.offer("m1", picture(), "image/png")
    talk.db.write(retry_media, talk.cast.owner, talk.value("SELECT id FROM messages"))
    fetch(talk)
    assert media(talk)["state"] == "kept"
    with pytest.raises(NotFound):
        talk.db.write(retry_media, talk.cast.owner, talk.value("SELECT id FROM messages"))


def test_it_is_given_up_after_many_tries_and_stays_visible(talk: Talk) -> None:
    talk.stub.offer("m1", picture(), "image/png")
    talk.stub.meet(*[Fault(500, 131000)] * MOST_ATTEMPTS)
    receive(talk)
    for _ in range(MOST_ATTEMPTS):
        fetch(talk)
        talk.clock.advance(hours=2)
    assert (media(talk)["state"], media(talk)["attempts"]) == ("failed", MOST_ATTEMPTS)


def test_a_fetcher_that_was_lost_leaves_it_to_a_later_one(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.stub.offer("m1", picture(), "image/png")
    receive(talk)
    with monkeypatch.context() as lost, pytest.raises(KeyboardInterrupt):
        lost.setattr("crm.conversations.inbound.fetching.stored_upload", interrupted)
        fetch(talk)
    assert fetch(talk) == 0
    talk.clock.advance(minutes=11)
    assert fetch(talk) == 1
    assert media(talk)["state"] == "kept"


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_media_of_a_deleted_client_wait_for_a_person(talk: Talk) -> None:
    talk.stub.offer("m1", picture(), "image/png")
    receive(talk)
    talk.db.write(delete_client, talk.cast.owner, talk.value("SELECT id FROM clients"))
    fetch(talk)
    assert media(talk)["state"] == "refused"
    assert talk.rows("SELECT id FROM files") == []
