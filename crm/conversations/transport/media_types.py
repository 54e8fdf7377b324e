"""Which media of a conversation are kept: what may be uploaded, what people record and film, and what else
customers send, which is kept to download and never opened here.
"""

from collections.abc import Mapping
from typing import IO

from crm.files.filetypes import TYPES, FileType

HEAD_BYTES = 16


def _is_mpeg_audio(stream: IO[bytes]) -> bool:
    """Tagged, or beginning with a frame of MPEG layer I to III."""
    head = stream.read(HEAD_BYTES)
    return head.startswith(b"ID3") or (
        len(head) == HEAD_BYTES and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0
    )


def _is_aac(stream: IO[bytes]) -> bool:
    head = stream.read(HEAD_BYTES)
    return len(head) == HEAD_BYTES and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _is_iso_media(stream: IO[bytes]) -> bool:
    return stream.read(HEAD_BYTES)[4:8] == b"ftyp"


def _is_ogg(stream: IO[bytes]) -> bool:
    return stream.read(HEAD_BYTES).startswith(b"OggS")


def _is_amr(stream: IO[bytes]) -> bool:
    return stream.read(HEAD_BYTES).startswith(b"#!AMR")


RECORDED: Mapping[str, FileType] = {
    "ogg": FileType("audio/ogg", _is_ogg),
    "mp3": FileType("audio/mpeg", _is_mpeg_audio),
    "aac": FileType("audio/aac", _is_aac),
    "amr": FileType("audio/amr", _is_amr),
    "m4a": FileType("audio/mp4", _is_iso_media),
    "mp4": FileType("video/mp4", _is_iso_media),
    "3gp": FileType("video/3gpp", _is_iso_media),
}
KEPT: Mapping[str, FileType] = {**TYPES, **RECORDED}
# Programs, and what starts them.
REFUSED = frozenset({
    "app", "apk", "bat", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "jar", "js", "jse", "lnk", "msi",
    "msix", "pif", "ps1", "reg", "scr", "sh", "vbe", "vbs", "wsf",
})  # fmt: skip
# Other types by extension: whatever is in them, they are only handed out as a download.
DOWNLOADED = {
    "vcf": "text/vcard", "zip": "application/zip", "heic": "image/heic", "heif": "image/heif",
    "dwg": "application/acad", "xml": "application/xml", "eml": "message/rfc822", "ics": "text/calendar",
    "json": "application/json", "rar": "application/vnd.rar", "7z": "application/x-7z-compressed",
}  # fmt: skip
UNKNOWN = "application/octet-stream"


def kept_types(name: str) -> Mapping[str, FileType]:
    """What a file of this name may be."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in KEPT or extension in REFUSED:
        return KEPT
    return {extension: FileType(DOWNLOADED.get(extension, UNKNOWN), lambda _: True)}


EXTENSIONS = {kind.media_type: extension for extension, kind in KEPT.items()} | {"image/jpeg": "jpg"}
EXTENSIONS |= {media_type: extension for extension, media_type in DOWNLOADED.items()}
EXTENSIONS |= {
    "text/x-vcard": "vcf",
    "text/xml": "xml",
    "application/x-zip-compressed": "zip",
    "image/vnd.dwg": "dwg",
}


def file_name(given: str | None, kind: str, media_type: str) -> str:
    """The name that its sender gave it, or one by its kind; with an extension that says its type."""
    extension = EXTENSIONS.get(media_type, "bin")
    name = given or kind
    return name if "." in name else f"{name}.{extension}"
