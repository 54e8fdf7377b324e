"""The pictures of vehicles and products on their pages and in the API."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from tests.support import samples

NEW: dict[str, dict[str, Any]] = {
    "vehicles": {"year": 2024, "make": "Volkswagen", "model": "Golf"},
    "products": {"name": "Tyre"},
}


@pytest.mark.parametrize("area", NEW)
def test_pictures_are_put_in_order_and_taken_off(owner: FlaskClient, area: str) -> None:
    made = owner.post(f"/api/{area}", json=NEW[area]).get_json()["data"]
    assert made["picture_ids"] == []
    for name in ("one.png", "two.png"):
        file = FileStorage(BytesIO(samples.picture()), name)
        assert owner.post(f"/{area}/1/pictures", data={"file": file}).status_code == 303
    first, second = shown(owner, area)
    page = owner.get(f"/{area}/1").get_data(as_text=True)
    assert page.count("thumbnail=480") == 2 and f'id="picture-{first}"' in page
    assert "content?thumbnail=96" in owner.get(f"/{area}").get_data(as_text=True)
    moved = owner.post(f"/{area}/1/pictures/{second}", data={"place": "0", "version": version(owner, area)})
    assert moved.location == f"/{area}/1#picture-{second}" and shown(owner, area) == [second, first]
    stale = owner.post(f"/{area}/1/pictures/{second}", data={"place": "1", "version": "1"})
    assert stale.status_code == 303 and shown(owner, area) == [second, first]
    whole = owner.put(f"/api/{area}/1", json=NEW[area])
    assert whole.get_json()["data"]["picture_ids"] == [second, first], "a PUT without them keeps them"
    owner.post(f"/{area}/1/pictures/{second}", data={"place": "", "version": version(owner, area)})
    assert shown(owner, area) == [first]
    assert owner.delete(f"/api/files/{first}").status_code == 204
    assert shown(owner, area) == []


@pytest.mark.parametrize("area", NEW)
def test_only_pictures_among_the_record_s_own_files_are_shown(owner: FlaskClient, area: str) -> None:
    for _ in range(2):
        owner.post(f"/api/{area}", json=NEW[area])
    note = FileStorage(BytesIO(b"text"), "note.txt")
    assert owner.post(f"/api/{area}/1/pictures", data={"file": note}).status_code == 422
    file = FileStorage(BytesIO(samples.picture()), "one.png")
    (picture,) = owner.post(f"/api/{area}/1/pictures", data={"file": file}).get_json()["data"]["picture_ids"]
    for record, ids in ((2, [picture]), (1, [picture, picture]), (1, [picture, 999])):
        refused = owner.patch(f"/api/{area}/{record}", json={"picture_ids": ids})
        assert refused.status_code == 422, refused.get_data(as_text=True)
        assert [each["field"] for each in refused.get_json()["errors"]] == ["picture_ids"]
    new = owner.post(f"/api/{area}", json=NEW[area] | {"picture_ids": [picture]})
    assert new.status_code == 422
    assert shown(owner, area) == [picture]


def shown(owner: FlaskClient, area: str) -> list[int]:
    return list(owner.get(f"/api/{area}/1").get_json()["data"]["picture_ids"])


def version(owner: FlaskClient, area: str) -> str:
    return str(owner.get(f"/api/{area}/1").get_json()["data"]["version"])
