"""Drawing a logo anew: upright, at most as large as a document shows it, without hidden data."""

from io import BytesIO

from PIL import Image

from crm.errors import Sentence, WrongType
from crm.files.pictures import redraw

MOST_PIXELS = 6_000_000
LARGEST = (1200, 480)


def draw_logo(content: bytes, image_format: str) -> bytes:
    """The same picture makes the same bytes. Raises WrongType for a broken or huge one, and Busy."""
    clean = redraw(BytesIO(content), image_format)
    if clean.width * clean.height > MOST_PIXELS:
        raise WrongType(Sentence("A logo may have at most {n} million pixels.", n=MOST_PIXELS // 1_000_000))
    with Image.open(BytesIO(clean.content), formats=[image_format]) as picture:
        picture.thumbnail(LARGEST)
        out = BytesIO()
        picture.save(out, image_format, **({"quality": 88} if image_format == "JPEG" else {"optimize": True}))
    return out.getvalue()
