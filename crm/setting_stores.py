"""What several machines share beside the database: a store of files, and counters."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from crm.setting_types import LAST_PORT, BucketUrl, Endpoint

_REDIS_URL = re.compile(
    r"rediss?://([^\s:@/]*:[^\s@/]*@)?(\[[0-9a-f:.]+\]|[^\[\]/:@?#\s]+)(:(?P<port>[0-9]{1,5}))?(/[0-9]{1,3})?",
    re.IGNORECASE,
)


def _check_redis_url(url: SecretStr) -> SecretStr:
    found = _REDIS_URL.fullmatch(url.get_secret_value())
    if found is None or int(found["port"] or 1) not in range(1, LAST_PORT + 1):
        raise ValueError("an address such as 'redis://:password@redis.example.org:6379/0' or 'rediss://…'")
    return url


RedisUrl = Annotated[SecretStr, AfterValidator(_check_redis_url)]


class SharedStores(BaseSettings):
    """Each is left out on a single machine."""

    files_url: BucketUrl | None = Field(
        default=None,
        description="Where uploaded files are kept instead of `UPLOAD_FOLDER`, as `s3://bucket/folder`; "
        "empty for that folder",
    )
    files_endpoint: Endpoint | None = Field(
        default=None, description="Address of an S3-compatible store other than Amazon S3, for files"
    )
    files_region: str = Field(default="us-east-1", description="Region of the store of files")
    files_access_key: str | None = Field(default=None, description="Access key id for the store of files")
    files_secret_key: SecretStr | None = Field(
        default=None, description="Secret access key for the store of files"
    )
    redis_url: RedisUrl | None = Field(
        default=None,
        description="A Redis or Valkey in which several machines count rate limits together, such as "
        "`redis://:password@redis.example.org:6379/0`; empty for one machine",
    )
