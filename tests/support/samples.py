"""Small files of every kind, made when they are needed."""

import zipfile
from io import BytesIO

from PIL import Image

OFFICE_PARTS = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}
OPEN_PARTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    b"endobj\n4 0 obj<</Length 44>>stream\nBT /F1 24 Tf 20 100 Td (Holdfast file) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
)


def picture(image_format: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, image_format, **options)
    return out.getvalue()


def archive(parts: dict[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def office(extension: str, extra: dict[str, bytes] | None = None, suffix: str = ".main+xml") -> bytes:
    kind = f"application/vnd.openxmlformats-officedocument.{OFFICE_PARTS[extension]}{suffix}"
    content_types = f'<Types><Override PartName="/x.xml" ContentType="{kind}"/></Types>'.encode()
    return archive({"[Content_Types].xml": content_types, "x.xml": b"<x/>", **(extra or {})})


def open_document(extension: str, extra: dict[str, bytes] | None = None) -> bytes:
    kind = f"application/vnd.oasis.opendocument.{OPEN_PARTS[extension]}".encode()
    return archive({"mimetype": kind, "content.xml": b"<x/>", **(extra or {})})


def old_office(stream_name: str, *others: str) -> bytes:
    names = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") for name in ("Root Entry", stream_name, *others)
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names
