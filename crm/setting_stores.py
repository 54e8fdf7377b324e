"""What several machines share beside the database: a store of files, and counters."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from crm.setting_types import BucketUrl, Endpoint


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
