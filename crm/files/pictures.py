"""Pictures are drawn anew: what hid in the file (EXIF, places, scripts) does not survive it."""

import time
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from crm.errors import Sentence, WrongType
from crm.slots import Slots

PIXELS = 40_000_000
FRAMES = 300
SECONDS = 10.0
THUMBNAILS = (96, 480)
MOVING = {"GIF", "WEBP"}
DURATION_MS = 100
PALE_MODES = {"1", "L", "I", "I;16", "F"}
SAVE: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 88},
    "GIF": {},
    "WEBP": {"quality": 88},
}

# The check below is by the header, before anything is decoded, and stricter than the library's own.
Image.MAX_IMAGE_PIXELS = None
_slots = Slots(
    1,
    waiting=1,
    seconds=2.0,
    refusal="Other pictures are being read. Please send this one again.",
    retry_after=5,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """`thumbnails` are WebP by the length of their longer side in pixels."""

    content: bytes
    width: int
    height: int
    thumbnails: dict[int, bytes]


def redraw(stream: IO[bytes], image_format: str) -> Picture:
    """Decode a picture and encode it anew, upright. Raises WrongType for a broken or a vast one,
    Busy while others are read.
    """
    with _slots.taken():
        try:
            with Image.open(stream, formats=[image_format]) as source:
                _check_size(source)
                return _redraw(source, image_format)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
            raise WrongType("The picture is damaged and cannot be read.") from error


def _check_size(source: Image.Image) -> None:
    pixels = source.width * source.height
    frames = getattr(source, "n_frames", 1) if pixels <= PIXELS else 1
    if pixels * frames > PIXELS or frames > FRAMES:
        raise WrongType(
            Sentence("The picture is too large: more than {n} million pixels in all.", n=PIXELS // 1_000_000)
        )


def _redraw(source: Image.Image, image_format: str) -> Picture:
    frames, durations = [], []
    ends = time.monotonic() + SECONDS
    for frame in ImageSequence.Iterator(source):
        if time.monotonic() > ends:
            raise WrongType("The picture takes too long to be read.")
        frames.append(_plain(frame))
        durations.append(frame.info.get("duration") or DURATION_MS)
    out = BytesIO()
    options = dict(SAVE[image_format])
    if len(frames) > 1 and image_format in MOVING:
        options |= {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": 0}
    frames[0].save(out, image_format, **options)
    thumbnails = {size: _thumbnail(frames[0], size) for size in THUMBNAILS}
    return Picture(out.getvalue(), frames[0].width, frames[0].height, thumbnails)


def _plain(frame: Image.Image) -> Image.Image:
    """The bare pixels, upright, in a mode that every format takes."""
    upright = ImageOps.exif_transpose(frame)
    if frame.format == "JPEG" or not upright.has_transparency_data:
        plain = upright.convert("L" if upright.mode in PALE_MODES else "RGB")
    else:
        plain = upright.convert("RGBA")
    plain.info.clear()
    return plain


def _thumbnail(picture: Image.Image, size: int) -> bytes:
    small = picture.copy()
    small.thumbnail((size, size))
    out = BytesIO()
    small.save(out, "WEBP", quality=80)
    return out.getvalue()
