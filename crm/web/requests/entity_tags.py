"""The versions that an If-Match names (RFC 9110, section 13.1.1).

A record that was read has its content behind its version, as in `"7-9d2e…"`, for If-None-Match. Proxies
that pack an answer mark its tag: as `"7-gzip"`, or as `W/"7"`. All stand for version 7 here, as a version is
of the record and not of the bytes that carry it.
"""

import re

from crm.web.errors import Malformed

TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
OURS = re.compile(
    r"([1-9][0-9]{0,17})(?:-[0-9a-f]{24})?(?:-{1,2}(?:x-)?(?:gzip|zstd|br|deflate|compress))?", re.IGNORECASE
)
BETWEEN = " \t,"
NO_VERSION = -1


class AnyVersion(int):
    """One of several versions. It equals each of them, because rooms compare it with the record's version."""

    versions: frozenset[int]

    def __new__(cls, versions: frozenset[int]) -> "AnyVersion":
        made = super().__new__(cls, max(versions, default=NO_VERSION))
        made.versions = versions
        return made

    def __eq__(self, other: object) -> bool:
        return other in self.versions

    def __ne__(self, other: object) -> bool:
        return other not in self.versions

    __hash__ = int.__hash__


def versions_in(header: str) -> AnyVersion | None:
    """None for `*`, which matches any record. A foreign tag matches no record. Raises Malformed."""
    rest = header.strip(BETWEEN)
    if rest == "*":
        return None
    versions: set[int] = set()
    while True:
        tag = TAG.match(rest)
        if tag is None:
            raise Malformed('If-Match takes the ETag of the record, such as "7".')
        if ours := OURS.fullmatch(tag[1]):
            versions.add(int(ours[1]))
        following = rest[tag.end() :].lstrip(" \t")
        if not following:
            return AnyVersion(frozenset(versions))
        if not following.startswith(","):
            raise Malformed('If-Match takes the ETag of the record, such as "7".')
        rest = following.lstrip(BETWEEN)
