import zipfile
from io import BytesIO

import pytest

from crm.errors import WrongType
from crm.files.filenames import safe_name
from crm.files.filetypes import recognise
from tests.support import samples

GOOD = {
    "a.png": samples.picture("PNG"),
    "a.jpg": samples.picture("JPEG"),
    "a.JPEG": samples.picture("JPEG"),
    "a.gif": samples.picture("GIF"),
    "a.webp": samples.picture("WEBP"),
    "a.pdf": samples.PDF,
    "a.txt": "Grüße\n\tПривет".encode(),
    "b.txt": "Grüße".encode("utf-16"),
    "c.txt": "Grüße".encode("cp1252"),
    "a.csv": b"name;city\r\nAnna;Krak\xc3\xb3w\r\n",
    **{f"a.{extension}": samples.office(extension) for extension in samples.OFFICE_PARTS},
    **{f"a.{extension}": samples.open_document(extension) for extension in samples.OPEN_PARTS},
    "a.doc": samples.old_office("WordDocument"),
    "a.xls": samples.old_office("Workbook"),
    "a.ppt": samples.old_office("PowerPoint Document"),
}


def forged_size() -> bytes:
    """An archive that claims to unfold into more than is taken."""
    return samples.archive(
        {"[Content_Types].xml": b"x", "bomb": b"\0" * 300_000_000}, compression=zipfile.ZIP_DEFLATED
    )


BAD = {
    "no extension": ("readme", b"text"),
    "a program": ("a.exe", b"MZ\x90\x00"),
    "a page": ("a.html", b"<script>alert(1)</script>"),
    "a drawing with script": ("a.svg", b"<svg onload='alert(1)'/>"),
    "a page as a picture": ("a.png", b"<script>alert(1)</script>"),
    "a picture under another's name": ("a.png", samples.picture("JPEG")),
    "a picture as text": ("a.txt", samples.picture("GIF")),
    "a script that begins as a GIF": ("a.txt", b"GIF89a/*<script>*/"),
    "binary as text": ("a.csv", b"a\x00b"),
    "half of a character of two bytes": ("a.txt", b"\xff\xfea"),
    "a PDF as text": ("a.txt", samples.PDF),
    "a PDF without an end": ("a.pdf", b"%PDF-1.4\n"),
    "a PDF that is an archive too": ("a.pdf", samples.PDF + samples.office("docx")),
    "text before an archive": ("a.docx", b"#!/bin/sh\n" + samples.office("docx")),
    "something after an archive": ("a.docx", samples.office("docx") + b"<script>"),
    "a document with macros": ("a.docx", samples.office("docx", {"word/vbaProject.bin": b"x"})),
    "a macro type": ("a.docx", samples.office("docx", suffix=".macroEnabled.main+xml")),
    "one kind under another's name": ("a.xlsx", samples.office("docx")),
    "a bare archive": ("a.docx", samples.archive({"a.txt": b"x"})),
    "open document with macros": ("a.odt", samples.open_document("odt", {"Basic/Module1.xml": b"x"})),
    "open document of another kind": ("a.ods", samples.open_document("odt")),
    "a part that climbs out": ("a.docx", samples.office("docx", {"../../etc/passwd": b"x"})),
    "a bomb": ("a.docx", forged_size()),
    "old office with macros": ("a.doc", samples.old_office("WordDocument", "_VBA_PROJECT")),
    "old office of another kind": ("a.xls", samples.old_office("WordDocument")),
    "a locked office file": ("a.doc", samples.old_office("WordDocument", "EncryptedPackage")),
    "a broken archive": ("a.docx", samples.office("docx")[:-30]),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_allowed_file_is_recognised(name: str) -> None:
    assert "/" in recognise(name, BytesIO(GOOD[name])).media_type


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_what_it_says_is_refused(case: str) -> None:
    name, content = BAD[case]
    with pytest.raises(WrongType):
        recognise(name, BytesIO(content))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\x.pdf", "x.pdf"),
        ("Ремонт — смета.xlsx", "Ремонт — смета.xlsx"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>|?*.txt', "a_b_c____.txt"),
        ("", "file"),
        ("...", "file"),
        (".pdf", "pdf"),
        ("\ud800.png", "png"),
        ("x" * 400 + ".docx", "x" * 145 + ".docx"),
        ("文件" * 200, ("文件" * 200)[:150]),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept
    assert len(safe_name(given)) <= 150
