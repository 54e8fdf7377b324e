"""Pictures of cards become those of the clients, and come back out as they were."""

import re
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from crm.config import Settings
from crm.exports import photos
from crm.imports import photos as photos_in
from tests.imports.test_imports import bring, confirm
from tests.support.file_api import on_disk
from tests.support.samples import picture

SAMPLES = Path("tests/imports/samples")


def card(name: str, photo: str = "") -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\n{photo}END:VCARD\r\n"


def folded(content: bytes, head: str = "PHOTO;ENCODING=b;TYPE=PNG:") -> str:
    text = head + b64encode(content).decode()
    return "\r\n ".join(text[at : at + 74] for at in range(0, len(text), 74)) + "\r\n"


def refuse_to_store(*_: object, **__: object) -> None:
    raise AssertionError("a picture was stored that nobody takes")


def pictures(client: FlaskClient) -> dict[str, int | None]:
    return {each["name"]: each["picture_id"] for each in client.get("/api/clients").get_json()["data"]}


def size_of(client: FlaskClient, name: str) -> tuple[int, int]:
    with client.get(f"/api/files/{pictures(client)[name]}/content") as answer:
        return Image.open(BytesIO(answer.get_data())).size


def test_pictures_come_in_once_go_out_and_come_in_elsewhere(
    owner: FlaskClient, outsider: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = card("Ada", folded(picture(size=(300, 200)))) + card("Bo")
    whole = cards.encode() + card("Cyd", folded(picture("JPEG"), "PHOTO:data:image/jpeg;base64,")).encode()
    made = confirm(owner, bring(owner, whole, "people.vcf"))
    assert (made["created"], made["problem_count"]) == (3, 0), made["problems"]
    assert size_of(owner, "Ada") == (300, 200) and size_of(owner, "Cyd") == (40, 20)
    assert pictures(owner)["Bo"] is None
    kept = on_disk(settings)
    monkeypatch.setattr(photos_in, "stored_upload", refuse_to_store)
    for how in ({}, {"duplicates": "update"}):
        again = confirm(owner, bring(owner, whole, "people.vcf", **how))
        assert (again["created"], again["updated"], again["problem_count"]) == (0, 0, 0), how
    monkeypatch.undo()
    for how in ({"duplicates": "update", "overwrite": "true"},):
        again = confirm(owner, bring(owner, whole, "people.vcf", **how))
        assert (again["created"], again["updated"]) == (0, 0), how
    assert on_disk(settings) == kept, "nothing is there twice"
    out = owner.get("/api/clients/export?format=vcard").get_data()
    assert max(map(len, out.split(b"\r\n"))) <= 75
    confirm(outsider, bring(outsider, out, "clients.vcf"))
    assert size_of(outsider, "Ada") == (300, 200) and pictures(outsider)["Bo"] is None
    ada = next(each["id"] for each in owner.get("/api/clients").get_json()["data"] if each["name"] == "Ada")
    assert b"PHOTO;ENCODING=b;TYPE=PNG:" in owner.get(f"/api/clients/{ada}/card").get_data()


@pytest.mark.parametrize("most", [photos.MOST_BYTES, 100])
def test_what_was_exported_and_comes_back_is_the_picture_that_is_there(
    owner: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(photos, "MOST_BYTES", most)
    noise = BytesIO()
    Image.effect_noise((600, 300), 40).convert("RGB").save(noise, "JPEG", quality=40)
    mail = "EMAIL:ada@example.com\r\n"
    confirm(owner, bring(owner, card("Ada", mail + folded(noise.getvalue())).encode(), "ada.vcf"))
    kept, there = on_disk(settings), pictures(owner)
    out = owner.get("/api/clients/export?format=vcard").get_data()
    for content in (out, card("Ada", mail + folded(noise.getvalue())).encode()):
        again = confirm(owner, bring(owner, content, "ada.vcf", duplicates="update", overwrite="true"))
        assert (again["updated"], again["problem_count"]) == (0, 0), again["problems"]
        assert on_disk(settings) == kept and pictures(owner) == there
    other = card("Ada", mail + folded(picture())).encode()
    changed = confirm(owner, bring(owner, other, "ada.vcf", duplicates="update", overwrite="true"))
    assert changed["updated"] == 1 and pictures(owner) != there


def test_a_picture_that_is_none_is_told_and_its_client_is_there(
    owner: FlaskClient, settings: Settings
) -> None:
    bad = {
        "Link": "PHOTO;VALUE=uri:https://example.com/a.png\r\n",
        "Garbage": "PHOTO;ENCODING=b:@@@\r\n",
        "Text": folded(b"this is a text and no picture"),
        "Half": folded(picture(size=(300, 200))[:200]),
        "Script": folded(b"GIF89a<script>alert(1)</script>"),
        "Vector": folded(b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    }
    found = bring(owner, "".join(card(name, each) for name, each in bad.items()).encode(), "bad.vcf")
    made = confirm(owner, found)
    assert (made["created"], made["left_out"]) == (len(bad), 0)
    assert [each["row"] for each in made["problems"]] == list(range(2, 2 + len(bad))), made["problems"]
    assert {each["header"] for each in made["problems"]} == {"Photo"}
    assert set(pictures(owner).values()) == {None} and on_disk(settings) == []


def test_an_update_gives_a_picture_to_whom_has_none_and_its_undo_tells_of_nothing_else(
    owner: FlaskClient,
) -> None:
    owner.post("/api/clients", json={"name": "Ada", "email": "ada@example.com"})
    mail = "EMAIL:ada@example.com\r\n"
    cards = card("Ada", mail + folded(picture())) + card("Bo", folded(picture()))
    made = confirm(owner, bring(owner, cards.encode(), "people.vcf", duplicates="update"))
    assert (made["created"], made["updated"]) == (1, 1), made["problems"]
    assert None not in pictures(owner).values()
    undone = owner.post(f"/api/imports/{made['id']}/undo").get_json()["data"]
    assert undone["state"] == "undone" and pictures(owner).keys() == {"Ada"}
    assert len(undone["problems"]) == 1, "the picture of who was there stays, and is told"


def test_of_a_large_picture_the_small_one_goes_out(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "MOST_BYTES", 100)
    confirm(owner, bring(owner, card("Ada", folded(picture(size=(900, 600)))).encode(), "ada.vcf"))
    out = owner.get("/api/clients/export?format=vcard").get_data().replace(b"\r\n ", b"")
    found = re.search(rb"PHOTO;ENCODING=b;TYPE=WEBP:(\S+)", out)
    assert found is not None and Image.open(BytesIO(b64decode(found[1]))).size == (480, 320)


@pytest.mark.parametrize("name", ["android_21_qp.vcf", "apple_30_folded.vcf", "v40_uris_groups.vcf"])
def test_pictures_of_telephones_are_read(owner: FlaskClient, name: str) -> None:
    made = confirm(owner, bring(owner, (SAMPLES / name).read_bytes(), name))
    assert made["left_out"] == 0
    assert [each for each in pictures(owner).values() if each is not None], made["problems"]
