"""The types of settings; each refusal says what is expected."""

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated

import limits
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from crm.host_names import host_fits, is_address, is_host_name

SECRET_KEY_LENGTH = 32
PASSPHRASE_LENGTH = 16
PUBLIC_URL_EXPECTED = (
    "an address such as 'https://crm.example.org' or 'https://example.org/crm', without query"
)
LAST_PORT = 65_535
USUAL_PORTS = {"http": 80, "https": 443}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")
# Names in use beyond the standard, with underscores, are asked for too; what ends in a number is an address.
_ASKED_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMERIC_END = re.compile(r"(^|\.)(0x[0-9a-f]*|[0-9]+)$")
_BASE_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\[\]/:@?#]+)(:[0-9]{1,5})?(/[\w.-]+)*"
)
_PUBLIC_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\[\]/:@?#\s]+)(:(?P<port>[0-9]{1,5}))?(?P<path>(/[A-Za-z0-9._~-]+)*)/?",
    re.IGNORECASE,
)
_SMTP_URL = re.compile(
    r"smtps?://([^\s:@/]+:[^\s@/]*@)?(?P<host>\[[0-9a-f:.]+\]|[^\[\]/:@?#\s]+)(:(?P<port>[0-9]{1,5}))?/?",
    re.IGNORECASE,
)
_MAIL_FROM = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_ORIGIN = re.compile(r"https?://(?P<host>\[[0-9a-f:.]+\]|[^\[\]/:@]+)(:[0-9]{1,5})?")


def _check_path(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError(f"an absolute path (from here it would have meant {str(Path.cwd() / path)!r})")
    if not str(path).isprintable():
        raise ValueError("a path without control characters")
    return path.resolve()


def _check_folder(path: Path) -> Path:
    existing = next(place for place in (path, *path.parents) if os.path.exists(place))  # noqa: PTH110 - false where one may not look
    if not existing.is_dir():
        raise ValueError(f"a folder, or the place for one ({str(existing)!r} is a file)")
    return path


def _check_host(text: str) -> str:
    if not is_address(text) and not is_host_name(text):
        raise ValueError("an IP address or a host name, without a port")
    return text


def plain_host(name: str) -> str:
    """As browsers compare names: lower case, no final dot, IDNA; an IPv6 address short and in brackets."""
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    if ":" in bare:
        return f"[{ipaddress.ip_address(bare)}]" if is_address(bare) else name.lower()
    lowered = name.lower().removesuffix(".")
    try:
        return lowered if lowered.isascii() else lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered


def _check_trusted_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_check_trusted_host(host) for host in hosts)


def _check_trusted_host(host: str) -> str:
    """In plain form. Raises ValueError for what no browser would ever ask for."""
    dot = "." if host.startswith(".") else ""
    name = plain_host(host.removeprefix("."))
    if not name:
        raise ValueError("host names separated by commas, none of them empty")
    if "/" in name:
        raise ValueError("host names only, such as 'crm.example.org': no scheme, no path")
    if re.fullmatch(r"([^:]+|\[.*\]):\d*", name):
        raise ValueError("host names without a port: a name is trusted on every port")
    if not (_is_name(name) or (not dot and _is_plain_address(name))):
        raise ValueError("host names separated by commas; a leading dot includes all subdomains")
    return f"{dot}{name}"


def _is_plain_address(host: str) -> bool:
    return is_address(host[1:-1] if re.fullmatch(r"\[.+\]", host) else host.replace(":", "|"))


def check_public_url(text: str) -> str:
    """In plain form: lower case, without the usual port and the last `/`. Raises ValueError."""
    parts = _PUBLIC_URL.fullmatch(text.strip())
    host = plain_host(parts["host"]) if parts else ""
    if not parts or not (_is_plain_address(host) or _is_name(host)):
        raise ValueError(PUBLIC_URL_EXPECTED)
    scheme, path, port = parts["scheme"].lower(), parts["path"], int(parts["port"] or 0)
    if port > LAST_PORT or parts["port"] == "0" or {".", ".."} & set(path.split("/")):
        raise ValueError(PUBLIC_URL_EXPECTED)
    place = host if port in {0, USUAL_PORTS[scheme]} else f"{host}:{port}"
    return f"{scheme}://{place}{path}"


def _is_name(host: str) -> bool:
    """As browsers ask for one; what ends in a number would be an address."""
    return host_fits(host) and bool(_ASKED_NAME.fullmatch(host)) and not _NUMERIC_END.search(host)


def _check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        parts = _ORIGIN.fullmatch(origin)
        if not parts or not (is_address(parts["host"].strip("[]")) or is_host_name(parts["host"])):
            raise ValueError(
                "exact origins such as 'https://app.example.org', separated by commas (no '*', no path)"
            )
    return origins


def _check_base_url(address: str) -> str:
    """Plain http would show secrets to the network: it is for servers of this machine or beside it."""
    parts = _BASE_URL.fullmatch(address.rstrip("/"))
    host = parts["host"].strip("[]") if parts else ""
    if not parts or not (is_address(host) or is_host_name(host)):
        raise ValueError("an address such as 'https://graph.example.org/v1', without query and fragment")
    if parts["scheme"] == "http" and not _is_near(host):
        raise ValueError("https, unless the address is on this machine or its own network")
    return address.rstrip("/")


def _is_near(host: str) -> bool:
    return ipaddress.ip_address(host).is_private if is_address(host) else "." not in host


def _check_rate_limit(text: str) -> str:
    try:
        items = limits.parse_many(text)
    except ValueError:
        items = []
    if not items or any(item.amount < 1 for item in items):
        raise ValueError("a rate such as '1000 per 15 minutes'")
    return text


def _check_secret_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SECRET_KEY_LENGTH:
        raise ValueError(f"at least {SECRET_KEY_LENGTH} random characters, or nothing: then one is made")
    return key


def _check_passphrase(passphrase: SecretStr) -> SecretStr:
    if len(passphrase.get_secret_value()) < PASSPHRASE_LENGTH:
        raise ValueError(f"at least {PASSPHRASE_LENGTH} characters, such as four words by chance")
    return passphrase


def check_s3_url(text: str) -> str:
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[\w!*'().=-]+)*/?", text):
        raise ValueError("a bucket and a folder, such as 's3://bucket/folder'")
    return text


def _check_endpoint(text: str) -> str:
    parts = _ORIGIN.fullmatch(text)
    if parts is None or not host_fits(parts["host"].strip("[]")):
        raise ValueError("an address such as 'https://s3.example.org', without a path")
    return text


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _split_whole(value: object) -> object:
    """A blank among others stays: it is for the check to refuse."""
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def _check_log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError("one of " + ", ".join(LOG_LEVELS))
    return text.upper()


def _check_log_format(text: str) -> str:
    if text.lower() not in LOG_FORMATS:
        raise ValueError("one of " + ", ".join(LOG_FORMATS))
    return text.lower()


def _check_smtp_url(url: SecretStr) -> SecretStr:
    found = _SMTP_URL.fullmatch(url.get_secret_value())
    fits = found is not None and host_fits(found["host"].strip("[]"))
    if found is None or not fits or int(found["port"] or 1) not in range(1, LAST_PORT + 1):
        raise ValueError("an address such as 'smtp://name:password@mail.example.org:587' or 'smtps://…:465'")
    return url


def _check_mail_from(text: str) -> str:
    if not _MAIL_FROM.fullmatch(text.strip()):
        raise ValueError("an e-mail address such as 'quotes@example.org'")
    return text.strip()


def _read_ranges(value: object) -> object:
    parts = _split(value)
    try:
        return tuple(map(ipaddress.ip_network, parts)) if isinstance(parts, tuple) else parts
    except ValueError:
        raise ValueError("ranges of addresses separated by commas, such as '10.0.0.0/8'") from None


AbsolutePath = Annotated[Path, AfterValidator(_check_path)]
FolderPath = Annotated[AbsolutePath, AfterValidator(_check_folder)]
CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
IpRange = ipaddress.IPv4Network | ipaddress.IPv6Network
IpRanges = Annotated[tuple[IpRange, ...], NoDecode, BeforeValidator(_read_ranges)]
Milliseconds = Annotated[int, Field(ge=1, le=3_600_000)]
Port = Annotated[int, Field(ge=1, le=LAST_PORT)]
Host = Annotated[str, AfterValidator(_check_host)]
TrustedHosts = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_split_whole), AfterValidator(_check_trusted_hosts)
]
PublicUrl = Annotated[str, AfterValidator(check_public_url)]
Origins = Annotated[CommaList, AfterValidator(_check_origins)]
BaseUrl = Annotated[str, AfterValidator(_check_base_url)]
RateLimit = Annotated[str, AfterValidator(_check_rate_limit)]
SecretKey = Annotated[SecretStr, AfterValidator(_check_secret_key)]
Passphrase = Annotated[SecretStr, AfterValidator(_check_passphrase)]
BucketUrl = Annotated[str, AfterValidator(check_s3_url)]
Endpoint = Annotated[str, AfterValidator(_check_endpoint)]
SmtpUrl = Annotated[SecretStr, AfterValidator(_check_smtp_url)]
MailFrom = Annotated[str, AfterValidator(_check_mail_from)]
LogLevel = Annotated[str, AfterValidator(_check_log_level)]
LogFormat = Annotated[str, AfterValidator(_check_log_format)]
