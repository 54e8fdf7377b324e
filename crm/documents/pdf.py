"""Files of documents, PDF and XML: made by programs of their own, out of transactions, and kept a while."""

import hashlib
import subprocess
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog

from crm.errors import Busy, Invalid
from crm.slots import Slots

SECONDS = 40
MOST_KEPT = 24
LARGEST_KEPT = 1_000_000
REFUSED = 3
ROOT = Path(__file__).parents[2]
SLOTS = Slots(
    1,
    waiting=4,
    seconds=20,
    refusal="The server is drawing other documents. Try again shortly.",
    retry_after=5,
)
log = structlog.get_logger("crm.documents")


class Kept:
    """The last files that were drawn, by the digest of what they show: the same document is drawn once."""

    def __init__(self) -> None:
        self._files: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: bytes) -> bytes | None:
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
            return self._files.get(key)

    def keep(self, key: bytes, content: bytes) -> None:
        if len(content) > LARGEST_KEPT:
            return
        with self._lock:
            self._files[key] = content
            while len(self._files) > MOST_KEPT:
                self._files.popitem(last=False)


KEPT = Kept()


def draw_pdf(document: dict[str, Any]) -> bytes:
    """The file, always the same for the same document; with `e_invoice`, the terms of an e-invoice, it is
    PDF/A-3 with the XML of Factur-X inside, unless that cannot be written. Raises Busy while too many are
    drawn at once.
    """
    shown, terms = dict(document), document.get("e_invoice")
    shown.pop("e_invoice", None)
    if terms is not None:
        with suppress(Invalid):
            return _made("crm.documents.factur_x", orjson.dumps({"document": shown, "terms": terms}))
    return _made("crm.documents.drawing", orjson.dumps(shown))


def write_e_invoice(terms: dict[str, Any]) -> bytes:
    """The XML of Factur-X alone. Raises as `draw_pdf` does."""
    return _made("crm.documents.factur_x", orjson.dumps({"document": None, "terms": terms}))


def _made(program: str, written: bytes) -> bytes:
    key = hashlib.sha256(program.encode() + written).digest()
    found = KEPT.find(key)
    if found is None:
        with SLOTS.taken():
            found = KEPT.find(key) or _run(program, written)
        KEPT.keep(key, found)
    return found


def _run(program: str, written: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - one of the two programs above
            [sys.executable, "-m", program],
            input=written,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            cwd=ROOT,
        )
    except subprocess.TimeoutExpired:
        raise Busy("Drawing the document takes too long. Try again shortly.", 5) from None
    if done.returncode:
        log.error("a document was not drawn", code=done.returncode)
        raise Invalid.field("lines", "cannot be drawn as a PDF file")
    return done.stdout
