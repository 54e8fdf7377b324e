"""An address of a server as it may be shown, and as a name for people: never with its password."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

HIDDEN = frozenset({"password", "sslpassword", "passfile"})


def shown(address: str) -> str:
    """As it goes into DATABASE_URL; where it needs a password, that is for people to add."""
    parts = urlsplit(address)
    whom, at, host = parts.netloc.rpartition("@")
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in HIDDEN]
    return urlunsplit(
        ("postgresql", whom.partition(":")[0] + at + host, parts.path, urlencode(kept, quote_via=quote), "")
    )


def place_of(address: str) -> str:
    """Only which server and which database: what anybody may read who is refused."""
    parts = urlsplit(address)
    named = dict(parse_qsl(parts.query))
    host = parts.netloc.rpartition("@")[2] or named.get("host", "localhost")
    return f"postgresql://{host.rstrip('/').rpartition('/')[2]}/{named.get('dbname', parts.path.strip('/'))}"
