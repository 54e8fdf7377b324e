"""Compression of answers, for clients that accept it (RFC 9110, section 8.4).

A page repeats what was typed into it beside its token, so the length of a packed page could tell the token:
the token is another in each answer (`crm.web.sessions.masks`).
"""

import gzip
import sys
from functools import lru_cache

from flask import Flask, Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from crm.web.requests.present import request
from crm.web.responses.answers import Answer

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WORTH_PACKING = 1024
LONGEST_HEADER = 200
TEXTS = frozenset({"text/html", "text/plain", "text/csv", "application/json", "application/problem+json"})
# Higher levels take twice the time to save a twentieth.
ZSTD_LEVEL, GZIP_LEVEL = 3, 4
PREFERRED = ("zstd", "gzip")


def pack_answers(app: Flask) -> None:
    """Register it before all other hooks: the first one registered runs last."""
    app.after_request(_pack)


def coding_for(header: str) -> str | None:
    """The coding in which the sender of this Accept-Encoding is answered; None for as it is."""
    return _coding(header) if header and len(header) <= LONGEST_HEADER else None


def coded(tag: str, size: int) -> str:
    """The tag that an answer of so many bytes gets in this request."""
    coding = coding_for(request.environ.get("HTTP_ACCEPT_ENCODING", "")) if size >= WORTH_PACKING else None
    return tag if coding is None else f"{tag}-{coding}"


def uncoded(tag: str) -> str:
    begin, _, coding = tag.rpartition("-")
    return begin if coding in PREFERRED else tag


def pack(body: bytes, coding: str, *, once: bool = False) -> bytes:
    """Compress. With `once`, more slowly and smaller, for content that is sent many times."""
    if coding == "zstd":
        return zstd.compress(body, 12 if once else ZSTD_LEVEL)
    return gzip.compress(body, 9 if once else GZIP_LEVEL, mtime=0)


@lru_cache(256)
def _coding(header: str) -> str | None:
    """`*` means gzip: it was common when clients that send `*` were written."""
    accepted = parse_accept_header(header, Accept)
    named = set(accepted.values())
    plain = accepted.quality("identity") if "identity" in named else 0
    known = [each for each in PREFERRED if each == "gzip" or each in named]
    return max(
        (each for each in known if 0 < accepted.quality(each) >= plain), key=accepted.quality, default=None
    )


def _is_whole_text(response: Response) -> bool:
    return not response.is_streamed and not response.direct_passthrough and response.mimetype in TEXTS


def _pack(response: Response) -> Response:
    """Streamed and small answers are sent as they are."""
    if not isinstance(response, Answer) and not _is_whole_text(response):
        return response
    body = response.get_data()
    if len(body) < WORTH_PACKING:
        return response
    # Not by `in`: the framework makes an exception for each header that is not there.
    given = {name.lower() for name, _ in response.headers}
    if "content-encoding" in given:
        return response
    if "vary" in given:
        response.vary.add("Accept-Encoding")
    else:
        response.headers.add("Vary", "Accept-Encoding")
    coding = coding_for(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
    if coding is None:
        return response
    response.set_data(pack(body, coding))
    response.headers["Content-Encoding"] = coding
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(f"{tag}-{coding}", bool(weak))
    return response
