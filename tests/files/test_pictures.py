import os
import random
import time
from io import BytesIO

import pytest
from PIL import Image

from crm.errors import WrongType
from crm.files.drawing import Picture, pack, unpack
from crm.files.pictures import CHEAP_PIXELS, PIXELS, THUMBNAILS, redraw
from tests.support import samples


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def photo_with_exif() -> bytes:
    """4 wide and 2 high, marked as taken with the camera turned, with a place and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret place"
    return samples.picture("JPEG", (40, 20), exif=exif, comment=b"secret comment")


def test_a_photo_loses_its_secrets_and_stands_upright() -> None:
    drawn = redraw(BytesIO(photo_with_exif()), "JPEG")
    assert (drawn.width, drawn.height) == (20, 40)
    for content in (drawn.content, *drawn.thumbnails.values()):
        assert b"secret" not in content
        assert not opened(content).getexif()


def test_what_was_appended_to_a_picture_is_gone() -> None:
    for image_format in ("PNG", "JPEG", "GIF", "WEBP"):
        drawn = redraw(BytesIO(samples.picture(image_format) + b"<script>alert(1)</script>"), image_format)
        assert b"<script>" not in drawn.content
        assert opened(drawn.content).format == image_format


def test_thumbnails_keep_the_proportions_and_are_never_larger() -> None:
    drawn = redraw(BytesIO(samples.picture("PNG", (1000, 500))), "PNG")
    sizes = {size: opened(content).size for size, content in drawn.thumbnails.items()}
    assert sizes == {96: (96, 48), 480: (480, 240)}
    small = redraw(BytesIO(samples.picture("PNG", (10, 10))), "PNG")
    assert [opened(small.thumbnails[size]).size for size in THUMBNAILS] == [(10, 10), (10, 10)]


def test_transparency_and_movement_survive() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(redraw(BytesIO(out.getvalue()), "PNG").content).getpixel((0, 0)) == (0, 0, 0, 0)
    for image_format in ("GIF", "WEBP"):
        frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 120, 240)]
        out = BytesIO()
        frames[0].save(out, image_format, save_all=True, append_images=frames[1:], duration=[50, 70, 90])
        drawn = opened(redraw(BytesIO(out.getvalue()), image_format).content)
        assert getattr(drawn, "n_frames", 1) == 3


def bomb() -> bytes:
    """A small file of a vast, blank picture."""
    side = int(PIXELS**0.5) + 10
    out = BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [bomb(), samples.picture("PNG")[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 100, samples.picture("GIF")],
    ids=["bomb", "cut off", "empty shell", "another format"],
)
def test_a_damaged_or_vast_picture_is_refused(content: bytes) -> None:
    with pytest.raises(WrongType):
        redraw(BytesIO(content), "PNG")


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_picture_of_a_modern_camera_keeps_every_pixel(image_format: str) -> None:
    """24 million pixels."""
    out = BytesIO()
    Image.radial_gradient("L").resize((6_000, 4_000)).convert("RGB").save(out, image_format)
    drawn = redraw(out, image_format)
    assert (drawn.width, drawn.height) == (6_000, 4_000)
    assert max(opened(drawn.thumbnails[480]).size) == 480


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_real_picture_above_the_cap_is_refused(image_format: str) -> None:
    out = BytesIO()
    Image.new("L", (8_000, 5_001)).save(out, image_format)
    with pytest.raises(WrongType):
        redraw(out, image_format)


def noise(side: int, image_format: str) -> BytesIO:
    out = BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(7).randbytes(side * side * 3)).save(out, image_format)
    return BytesIO(out.getvalue())


@pytest.mark.parametrize("image_format", ["PNG", "JPEG"])
def test_a_large_picture_is_drawn_apart_and_comes_out_the_same(image_format: str) -> None:
    side = int(CHEAP_PIXELS**0.5) + 100
    drawn = redraw(noise(side, image_format), image_format, seconds=60)
    assert (drawn.width, drawn.height) == (side, side)
    assert opened(drawn.content).size == (side, side)
    assert {max(opened(content).size) for content in drawn.thumbnails.values()} == set(THUMBNAILS)


def test_one_frame_that_takes_too_long_is_given_up_and_its_process_is_gone() -> None:
    """No check between frames ends it: it has one."""
    picture, before = noise(2_500, "PNG"), os.times()
    started = time.monotonic()
    with pytest.raises(WrongType, match="too long"):
        redraw(picture, "PNG", seconds=0.05)
    assert time.monotonic() - started < 8
    assert os.times().children_user - before.children_user < 2
    assert redraw(BytesIO(samples.picture("PNG")), "PNG").content


def test_a_large_picture_that_is_cut_off_is_damaged() -> None:
    cut = BytesIO(noise(int(CHEAP_PIXELS**0.5) + 100, "PNG").getvalue()[:100_000])
    with pytest.raises(WrongType, match="damaged"):
        redraw(cut, "PNG", seconds=60)


def test_what_is_packed_is_unpacked() -> None:
    picture = Picture(b"a\nb", 3, 4, {96: b"\n", 480: b""})
    assert unpack(pack(picture)) == picture
