"""Opening an S3-compatible store, by settings. Only who uses one loads the library, and not before a fork."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import SecretStr

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

CONNECTING = timedelta(seconds=3)
REPEATS = 2
NOT_REACHED = (BaseError, TimeoutError, ConnectionError)


@dataclass(frozen=True, slots=True)
class Bucket:
    """`url` is `s3://bucket/folder`; without an endpoint it is at Amazon."""

    url: str
    endpoint: str | None
    region: str
    access_key: str | None
    secret_key: SecretStr | None


def open_bucket(bucket: Bucket, *, patience: timedelta | None = None) -> S3Store:
    """`patience` bounds each request and its repeats; without it they take what the library grants."""
    place = urlsplit(bucket.url)
    client: ClientConfig = {"allow_http": bool(bucket.endpoint and bucket.endpoint.startswith("http://"))}
    repeats: RetryConfig = {}
    if patience is not None:
        client |= {"timeout": patience, "connect_timeout": min(patience, CONNECTING)}
        repeats = {"max_retries": REPEATS, "retry_timeout": patience}
    return S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        endpoint=bucket.endpoint,
        region=bucket.region,
        access_key_id=bucket.access_key,
        secret_access_key=bucket.secret_key.get_secret_value() if bucket.secret_key else None,
        virtual_hosted_style_request=bucket.endpoint is None,
        client_options=client,
        retry_config=repeats or None,
    )


def first_line(error: Exception) -> str:
    """The following lines are internals of the library."""
    return str(error).strip().partition("\n")[0]
