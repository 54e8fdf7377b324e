"""Where settings come from: the environment and `.env`, handed on to child processes."""

import os
import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from crm.env_file import read_env_file

COMPOSE_FOLDER = "HOLDFAST_COMPOSE_FOLDER"  # the variable of docker-compose.yml that says where its folder is
READ_ALREADY = "HOLDFAST_SETTINGS_READ"  # the variable that says so to the processes of a running server


class EnvFile(PydanticBaseSettingsSource):
    """What `.env` says, read by our own reader; an empty value means the default."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return self._read().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = self._read()
        return {name: values[name] for name in self.settings_cls.model_fields if values.get(name)}

    def _read(self) -> dict[str, str]:
        path = self.config.get("env_file")
        if READ_ALREADY in os.environ or not isinstance(path, Path) or not os.path.lexists(path):
            return {}
        names = {name.upper() for name in self.settings_cls.model_fields}
        return {name.lower(): value for name, value in read_env_file(path, names, os.environ).items()}


def compose_env_file() -> Path | None:
    """The `.env` that compose took the settings from, where this is its container and there may be one.

    Compose hands over only the names that its file lists, and cuts in silence what it reads in its own way.
    """
    folder = os.environ.get(COMPOSE_FOLDER)
    if not folder or READ_ALREADY in os.environ:
        return None
    path = Path(folder, ".env")
    return path if os.path.lexists(path) or not os.access(folder, os.X_OK) else None


def as_variables(settings: BaseSettings) -> dict[str, str]:
    """The environment in which the same settings are found, and `.env` is not read again."""
    return {READ_ALREADY: "1", **{name.upper(): _as_text(value) for name, value in settings}}


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def wanted_log_format(env_file: object) -> str:
    """LOG_FORMAT before the settings are read, as it is also the form in which a wrong one is refused."""
    try:
        found = re.search(r"^\s*(?:export\s+)?LOG_FORMAT\s*=\s*[\"']?(\w+)", _text_of(env_file), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        found = None
    return (os.environ.get("LOG_FORMAT") or (found[1] if found else "text")).lower()


def _text_of(env_file: object) -> str:
    return (
        env_file.read_text(encoding="utf-8-sig") if isinstance(env_file, Path) and env_file.is_file() else ""
    )
