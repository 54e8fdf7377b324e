"""The settings: read once from the environment and `.env`, checked whole, then frozen."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from crm.env_file import VERY_CLOSE, EnvFileError, close_to, read_env_file
from crm.errors import CrmError
from crm.setting_addresses import PlatformAddresses
from crm.setting_folders import check_folders
from crm.setting_problems import problem_as_sentence
from crm.setting_servers import DataServers
from crm.setting_sources import EnvFile, compose_env_file
from crm.setting_stores import SharedStores
from crm.setting_types import (
    AbsolutePath,
    BaseUrl,
    BucketUrl,
    Endpoint,
    FolderPath,
    Host,
    IpRanges,
    LogFormat,
    LogLevel,
    MailFrom,
    Milliseconds,
    Origins,
    Passphrase,
    Port,
    PublicUrl,
    RateLimit,
    SecretKey,
    SmtpUrl,
    TrustedHosts,
)

PROJECT_ROOT = Path(__file__).resolve().parent.parent
BESIDE_COMPOSE = ".env beside docker-compose.yml"
_OWN_READER: dict[str, Any] = {"_env_file": None}  # the library's reader is left out: EnvFile reads the file


class SettingsError(CrmError):
    """A setting is wrong; the message names the variable, what was found and what is expected."""


class ServerSettings(BaseSettings):
    """Every setting is the variable of the same name in capitals; README.md has the same descriptions."""

    model_config = SettingsConfigDict(
        env_file=PROJECT_ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    sqlite_path: AbsolutePath = Field(
        default=PROJECT_ROOT / "data" / "crm.db",
        description="The database file; an absolute path on a local disk",
    )
    upload_folder: FolderPath = Field(
        default=PROJECT_ROOT / "uploads", description="The folder for uploaded files; an absolute path"
    )
    backup_dir: FolderPath = Field(
        default=PROJECT_ROOT / "backups",
        description="The folder for backups; an absolute path, best on another disk",
    )
    backup_retention_days: int = Field(
        default=7, ge=1, le=3650, description="Days for which every backup is kept"
    )
    backup_keep_weekly: int = Field(
        default=4, ge=0, le=520, description="After those days, weeks for which one backup a week is kept"
    )
    backup_keep_monthly: int = Field(
        default=6, ge=0, le=120, description="After those days, months for which one backup a month is kept"
    )
    backup_every_hours: int = Field(
        default=24,
        ge=0,
        le=168,
        description="Hours between automatic backups; 0 turns them off",
    )
    backup_passphrase: Passphrase | None = Field(
        default=None,
        description="Encrypts backups that leave this machine; store it elsewhere too, nobody can "
        "open them without it",
    )
    backup_store_url: BucketUrl | None = Field(
        default=None,
        description="Where each backup is also copied to, as `s3://bucket/folder`; empty for nowhere",
    )
    backup_store_endpoint: Endpoint | None = Field(
        default=None, description="Address of an S3-compatible store other than Amazon S3"
    )
    backup_store_region: str = Field(default="us-east-1", description="Region of that store")
    backup_store_access_key: str | None = Field(default=None, description="Access key id for that store")
    backup_store_secret_key: SecretStr | None = Field(
        default=None, description="Secret access key for that store"
    )
    host: Host = Field(
        default="127.0.0.1", description="The address to listen on; `0.0.0.0` for the whole network"
    )
    port: Port = Field(default=3001, description="The port to listen on")
    web_workers: int = Field(default=2, ge=1, le=64, description="Web server processes")
    web_threads: int = Field(default=8, ge=1, le=128, description="Threads in each web server process")
    secret_key: SecretKey | None = Field(
        default=None,
        description="Signs cookies and encrypts stored secrets; if empty, one is created and kept "
        "beside the database",
    )
    secret_key_previous: SecretKey | None = Field(
        default=None,
        description="The former `SECRET_KEY`, needed until `crm secret rotate` has replaced it",
    )
    cors_origins: Origins = Field(
        default=(),
        description="Web origins that may call the API from a browser, separated by commas; empty for none",
    )
    rate_limit: RateLimit = Field(
        default="1000 per 15 minutes",
        description="Requests allowed per user, or per IP address without log-in, across all processes",
    )
    max_upload_mb: int = Field(default=5, ge=1, le=1024, description="Largest upload, in MB")
    max_import_mb: int = Field(default=200, ge=1, le=10_240, description="Largest file to import, in MB")
    public_url: PublicUrl | None = Field(
        default=None,
        description="The address that people type, such as `https://crm.example.org`; used in links, "
        "may have a sub-path",
    )
    smtp_url: SmtpUrl | None = Field(
        default=None,
        description="The mail server, such as `smtp://name:password@mail.example.org:587` or "
        "`smtps://mail.example.org:465`; empty for none",
    )
    mail_from: MailFrom | None = Field(
        default=None, description="The sender of e-mail, such as `quotes@example.org`; needed with `SMTP_URL`"
    )
    webhook_allowed_ranges: IpRanges = Field(
        default=(),
        description="Private ranges of addresses that webhooks may be sent to, such as `10.0.0.0/8`, "
        "separated by commas; empty for none",
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=10, description="Number of reverse proxies in front that set `X-Forwarded-*`"
    )
    trusted_hosts: TrustedHosts = Field(
        default=(),
        description="Host names that Holdfast answers to, separated by commas; empty for any",
    )
    log_level: LogLevel = Field(
        default="INFO", description="Least severe level to log: `DEBUG`, `INFO`, `WARNING` or `ERROR`"
    )
    log_format: LogFormat = Field(default="text", description="Format of log entries: `text` or `json`")
    db_pool_max: int = Field(default=8, ge=1, le=128, description="Most read connections per process")
    db_pool_min: int = Field(default=1, ge=0, le=128, description="Read connections kept open per process")
    db_connect_timeout: Milliseconds = Field(
        default=5_000, description="Milliseconds to wait for a free read connection"
    )
    db_idle_timeout: Milliseconds = Field(
        default=60_000, description="Milliseconds after which an unused read connection is closed"
    )
    db_statement_timeout: Milliseconds = Field(
        default=5_000, description="Milliseconds a read may take before it is interrupted"
    )
    db_transaction_timeout: Milliseconds = Field(
        default=8_000, description="Milliseconds a change may wait and run before it fails as a whole"
    )
    db_slow_query_threshold: Milliseconds = Field(
        default=200, description="Milliseconds after which a statement is logged as slow"
    )
    db_test: bool = Field(default=False, description="Whether `/api/db/test` may try the database")
    metrics_port: Port | None = Field(
        default=None, description="A port of this machine on which `/metrics` needs no token; empty for none"
    )
    heartbeat_url: BaseUrl | None = Field(default=None, description="Called each minute while all is well")
    otel_exporter_otlp_endpoint: BaseUrl | None = Field(
        default=None, description="Where OpenTelemetry traces are sent (OTLP over HTTP); empty for none"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - its reader expands and cuts in silence
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, EnvFile(settings_cls)

    @property
    def own_address(self) -> str:
        """Where this machine reaches the server."""
        host = reachable(self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        least, most = self.db_pool_min, self.db_pool_max
        if least > most:
            raise ValueError(f"DB_POOL_MIN is {least}; expected at most DB_POOL_MAX, which is {most}.")
        check_folders(self.sqlite_path, self.upload_folder, self.backup_dir)
        return self


def reachable(host: str) -> str:
    """An address that this machine itself can ask, for one to listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


class Settings(SharedStores, PlatformAddresses, DataServers, ServerSettings):
    """All settings, in the order of `README.md`."""


def load_settings() -> Settings:
    """The settings of this process; a wrong one raises SettingsError with one sentence."""
    try:
        _check_compose_env_file()
        return Settings(**_OWN_READER)
    except ValidationError as error:
        raise SettingsError(problem_as_sentence(error.errors(include_url=False)[0], Settings)) from None
    except EnvFileError as error:
        raise SettingsError(error.message) from None


def _check_compose_env_file() -> None:
    path = compose_env_file()
    if path is not None and os.access(path, os.R_OK):
        try:
            read_env_file(path, _names(), None)
        except EnvFileError as error:
            raise EnvFileError(error.message.replace(str(path), BESIDE_COMPOSE)) from None


def unread_env_file() -> bool:
    """Whether compose took the settings from a file that the container's user may not look through."""
    path = compose_env_file()
    return path is not None and not os.access(path, os.R_OK)


def _names() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


def mistaken_variables() -> dict[str, str]:
    """Variables of the environment that nobody reads, each with the setting it was probably meant for."""
    return {name: meant for name in sorted(os.environ) if (meant := close_to(name, _names(), VERY_CLOSE))}
