"""Drawing a document as PDF; run as a program of its own, with limits: the compiler's memory goes with it.

It takes the document as JSON on standard input, as `document.typ` or `deal_sheet.typ` shows it, and writes
the PDF.
"""

import base64
import resource
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson
import typst

from crm.documents.glyphs import drawable
from crm.documents.payment_code import payment_picture

HERE = Path(__file__).parent
SECONDS = 30
MEMORY_BYTES = 2 * 1024**3
REFUSED = 3
FORMS = {None: "document.typ", "deal_sheet": "deal_sheet.typ"}


def draw(document: bytes, *, xml: str | None = None, archived: bool = False) -> bytes:
    """The same document makes the same bytes. The XML of an e-invoice is attached; `archived`: as PDF/A-3b.

    Raises typst.TypstError.
    """
    given = drawable(orjson.loads(document))
    moment = datetime.fromisoformat(given["moment"]).astimezone(UTC).replace(microsecond=0)
    if given["logo"] is not None:
        given["logo"] = list(base64.b64decode(given["logo"]))
    if given.get("qr") is not None:
        given["qr"] = payment_picture(given["qr"])
    compiler = typst.Compiler(
        HERE / FORMS[given.get("form")],
        root=HERE,
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"document": orjson.dumps(given).decode()} | ({"xml": xml} if xml else {}),
    )
    made = compiler.compile(format="pdf", timestamp=moment, pdf_standards=["a-3b"] if archived else [])
    if not isinstance(made, bytes):
        raise ValueError("nothing was drawn")  # noqa: TRY004 - a refusal like those of the compiler
    return made


def limit_resources() -> None:
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def main() -> int:
    limit_resources()
    try:
        made = draw(sys.stdin.buffer.read())
    except (typst.TypstError, ValueError):
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
