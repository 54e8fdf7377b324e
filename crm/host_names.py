"""How long the name of a host may be (RFC 1035, 2.3.4)."""

import ipaddress
import re

LONGEST_HOST = 253
LONGEST_LABEL = 63
HOST_TOO_LONG = "has a host name that is too long: 253 characters are possible, 63 between two dots"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
IN_ASCII = "xn--"
"""What begins a label that has other signs, written in those that names can have."""


def host_fits(host: str) -> bool:
    """Whether a name can be one by its length and that of its parts, written in ASCII; so can an address."""
    if ":" in host:
        return is_address(host)
    parts = [_in_ascii(label) for label in host.removesuffix(".").split(".")]
    return all(1 <= len(part) <= LONGEST_LABEL for part in parts) and len(".".join(parts)) <= LONGEST_HOST


def _in_ascii(label: str) -> str:
    if label.isascii():
        return label
    return f"{IN_ASCII}{label.lower().encode('punycode', 'replace').decode('ascii')}"


def is_host_name(text: str) -> bool:
    """Of the signs that the standard gives names, and of their length."""
    return bool(_HOST_NAME.fullmatch(text)) and host_fits(text)


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
