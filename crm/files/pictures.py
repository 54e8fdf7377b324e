"""Pictures are re-encoded, so that hidden data (EXIF, places, scripts) is removed."""

import subprocess
import sys
from typing import IO

from PIL import Image

from crm.errors import Sentence, WrongType
from crm.files.drawing import (
    BROKEN,
    DAMAGED,
    LARGE_PIXELS,
    PROCESS_SECONDS,
    THUMBNAILS,
    Picture,
    draw,
    unpack,
)
from crm.slots import Slots

__all__ = ["THUMBNAILS", "Picture", "redraw"]

PIXELS = 40_000_000
FRAMES = 300
# Of these a start of a process costs more than the drawing.
CHEAP_PIXELS, CHEAP_FRAMES = LARGE_PIXELS, 20
PROGRAM = "crm.files.drawing"
BROKEN_PICTURE = Sentence("The picture is damaged and cannot be read.")
TAKES_TOO_LONG = Sentence("Reading the picture takes too long.")

_slots = Slots(
    1,
    waiting=1,
    seconds=2.0,
    refusal="Other pictures are being read. Please send this one again.",
    retry_after=5,
)


def redraw(stream: IO[bytes], image_format: str, seconds: float = PROCESS_SECONDS) -> Picture:
    """Decode a picture and encode it again, upright. Raises WrongType if it is broken or huge, or
    takes more than `seconds`; Busy while others are read.
    """
    with _slots.taken():
        try:
            if _is_cheap(stream, image_format):
                return draw(stream, image_format)
        except BROKEN as error:
            raise WrongType(BROKEN_PICTURE) from error
        stream.seek(0)
        return _draw_apart(stream, image_format, seconds)


def _is_cheap(stream: IO[bytes], image_format: str) -> bool:
    """By its header, before anything is decoded."""
    with Image.open(stream, formats=[image_format]) as source:
        pixels = source.width * source.height
        frames = getattr(source, "n_frames", 1) if pixels <= PIXELS else 1
    if pixels * frames > PIXELS or frames > FRAMES:
        raise WrongType(
            Sentence("The picture is too large: it has more than {n} million pixels.", n=PIXELS // 1_000_000)
        )
    stream.seek(0)
    return pixels * frames <= CHEAP_PIXELS and frames <= CHEAP_FRAMES


def _draw_apart(stream: IO[bytes], image_format: str, seconds: float) -> Picture:
    """In a process that is ended when the time is up, even inside the decoder."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed module name
            [sys.executable, "-m", PROGRAM, image_format],
            input=stream.read(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WrongType(TAKES_TOO_LONG) from None
    if done.returncode == DAMAGED:
        raise WrongType(BROKEN_PICTURE)
    if done.returncode:
        raise WrongType(TAKES_TOO_LONG)
    return unpack(done.stdout)
