"""Decoding and re-encoding a picture; run as a program of its own, with limits.

One call of the decoder cannot be interrupted: costly pictures are drawn in a process that can be ended.
"""

import resource
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

import orjson
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from crm.errors import WrongType

SECONDS = 10.0
PROCESS_SECONDS = 20.0
LARGE_PIXELS = 2_000_000
MEMORY_BYTES = 2 * 1024**3
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
BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError)
DAMAGED, TOO_LONG = 3, 4

# Who calls it has looked at the size in the header, more strictly than the library does.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Picture:
    """`thumbnails` are WebP by the length of their longer side in pixels."""

    content: bytes
    width: int
    height: int
    thumbnails: dict[int, bytes]


def pack(picture: Picture) -> bytes:
    """A line of JSON with sizes and lengths, and the files after it."""
    parts = [picture.content, *picture.thumbnails.values()]
    facts = {
        "size": [picture.width, picture.height],
        "sides": list(picture.thumbnails),
        "lengths": [len(part) for part in parts],
    }
    return b"\n".join((orjson.dumps(facts), b"".join(parts)))


def unpack(packed: bytes) -> Picture:
    line, _, rest = packed.partition(b"\n")
    facts, parts = orjson.loads(line), list[bytes]()
    for length in facts["lengths"]:
        parts.append(rest[:length])
        rest = rest[length:]
    width, height = facts["size"]
    return Picture(parts[0], width, height, dict(zip(facts["sides"], parts[1:], strict=True)))


def draw(stream: IO[bytes], image_format: str) -> Picture:
    """Raises WrongType when its frames take too long, or one of BROKEN."""
    with Image.open(stream, formats=[image_format]) as source:
        return _redraw(source, image_format)


def _redraw(source: Image.Image, image_format: str) -> Picture:
    frames, durations = [], []
    ends = time.monotonic() + SECONDS
    for frame in ImageSequence.Iterator(source):
        if time.monotonic() > ends:
            raise WrongType("Reading the picture takes too long.")
        frames.append(_plain(frame))
        durations.append(frame.info.get("duration") or DURATION_MS)
    out = BytesIO()
    options = dict(SAVE[image_format])
    if image_format == "PNG" and frames[0].width * frames[0].height > LARGE_PIXELS:
        options["compress_level"] = 1
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


def main() -> int:
    """Re-encode the picture on standard input, in the format given as argument, to standard output."""
    for limit, most in ((resource.RLIMIT_CPU, int(PROCESS_SECONDS)), (resource.RLIMIT_AS, MEMORY_BYTES)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    try:
        picture = draw(BytesIO(sys.stdin.buffer.read()), sys.argv[1])
    except WrongType:
        return TOO_LONG
    except BROKEN:
        return DAMAGED
    sys.stdout.buffer.write(pack(picture))
    return 0


if __name__ == "__main__":
    sys.exit(main())
