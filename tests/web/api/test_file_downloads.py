"""Downloads over the API: names, ranges, thumbnails, and nothing that a browser would run."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.support import samples
from tests.support.api import fields_of, problem_of
from tests.support.file_api import TEXT, add_file, fetch


def test_the_name_goes_out_in_every_script_and_never_as_a_path(owner: FlaskClient) -> None:
    file = add_file(owner, "../../../Резюме \u202ex.txt")
    assert file["name"] == "Резюме x.txt"
    disposition = fetch(owner, f"/api/files/{file['id']}/content").headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%D0%A0%D0%B5%D0%B7" in disposition


def test_a_download_is_never_run_by_the_browser(owner: FlaskClient) -> None:
    for name, content, disposition in (
        ("a.txt", b"<script>alert(1)</script>", "attachment"),
        ("a.png", samples.picture(), "inline"),
        ("a.pdf", samples.PDF, "inline"),
        ("a.docx", samples.office("docx"), "attachment"),
    ):
        response = fetch(owner, f"/api/files/{add_file(owner, name, content)['id']}/content")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Security-Policy"].startswith("sandbox;")
        assert response.headers["Content-Disposition"].startswith(disposition)
        response = fetch(owner, response.request.path + "?download=true")
        assert response.headers["Content-Disposition"].startswith("attachment")


def test_parts_of_a_file_can_be_asked_for(owner: FlaskClient) -> None:
    path = f"/api/files/{add_file(owner)['id']}/content"
    whole = fetch(owner, path)
    part = fetch(owner, path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.data) == (206, TEXT[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(TEXT)}"
    beyond = fetch(owner, path, headers={"Range": "bytes=900-"})
    problem_of(beyond, 416)
    assert beyond.headers["Content-Range"] == f"bytes */{len(TEXT)}"
    assert fetch(owner, path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    stale = fetch(owner, path, headers={"Range": "bytes=2-5", "If-Range": '"other"'})
    assert (stale.status_code, stale.data) == (200, TEXT)
    head = fetch(owner, path, method="HEAD")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(TEXT)))


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=0-1,4-5", "bytes=5-2", "bytes=x-", "nonsense"])
def test_what_is_not_one_range_of_bytes_gets_the_whole(owner: FlaskClient, asked: str) -> None:
    path = f"/api/files/{add_file(owner)['id']}/content"
    answer = fetch(owner, path, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, TEXT)


def test_what_is_fetched_of_a_photo_stands_upright_in_its_size_and_tells_nothing(owner: FlaskClient) -> None:
    """Left half red, right half blue, taken with the camera turned: upright, red is above blue."""
    photo = Image.new("RGB", (1200, 600), (0, 0, 255))
    photo.paste((255, 0, 0), (0, 0, 600, 600))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    out = BytesIO()
    photo.save(out, "JPEG", exif=exif, comment=b"secret comment")
    place = f"/api/files/{add_file(owner, 'photo.jpg', out.getvalue())['id']}/content"
    for query, size in (("", (600, 1200)), ("?thumbnail=480", (240, 480)), ("?thumbnail=96", (48, 96))):
        content = fetch(owner, place + query).data
        with Image.open(BytesIO(content)) as drawn:
            assert drawn.size == size and not drawn.getexif() and "exif" not in drawn.info
            pixels = drawn.convert("RGB")
        top, bottom = (pixels.getpixel((size[0] // 2, size[1] * part // 4)) for part in (1, 3))
        assert isinstance(top, tuple) and top[0] > 200 and top[2] < 60
        assert isinstance(bottom, tuple) and bottom[2] > 200 and bottom[0] < 60
        assert b"secret" not in content


def test_only_pictures_have_thumbnails(owner: FlaskClient) -> None:
    problem_of(fetch(owner, f"/api/files/{add_file(owner)['id']}/content?thumbnail=96"), 404)
    file = add_file(owner, "a.png", samples.picture())
    assert fields_of(fetch(owner, f"/api/files/{file['id']}/content?thumbnail=97")) == {"thumbnail"}
