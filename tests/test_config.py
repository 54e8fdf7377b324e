"""A setting is read whole or the start is stopped by one sentence; what is written about settings is true."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from crm.config import PROJECT_ROOT, Settings, SettingsError, load_settings, mistaken_variables


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.message


def test_nothing_given_is_a_whole_configuration_below_the_project() -> None:
    settings = load_settings()
    assert settings.sqlite_path == PROJECT_ROOT / "data" / "crm.db"
    assert settings.upload_folder == PROJECT_ROOT / "uploads"
    assert (settings.host, settings.port) == ("127.0.0.1", 3001)
    assert settings.rate_limit == "1000 per 15 minutes"
    assert settings.cors_origins == settings.trusted_hosts == ()
    assert (settings.max_upload_mb, settings.backup_retention_days, settings.trusted_proxies) == (5, 7, 0)


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("SQLITE_PATH", "data/crm.db", "an absolute path"),
        ("UPLOAD_FOLDER", "./uploads", "an absolute path"),
        ("BACKUP_DIR", "~/backups", "an absolute path"),
        ("UPLOAD_FOLDER", __file__, "a folder"),
        ("BACKUP_DIR", f"{__file__}/backups", "a folder"),
        ("BACKUP_RETENTION_DAYS", "0", "a whole number from 1 to 3650"),
        ("HOST", "localhost:3001", "an IP address or a host name"),
        ("HOST", "http://localhost", "an IP address or a host name"),
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("WEB_WORKERS", "1.5", "a whole number from 1 to 64"),
        ("WEB_THREADS", "-1", "a whole number from 1 to 128"),
        ("CORS_ORIGINS", "*", "exact origins"),
        ("CORS_ORIGINS", "https://example.org/", "exact origins"),
        ("CORS_ORIGINS", "example.org", "exact origins"),
        ("CORS_ORIGINS", "https://example.org:port", "exact origins"),
        ("CORS_ORIGINS", "https://[::1", "exact origins"),
        ("RATE_LIMIT", "often", "a rate such as"),
        ("RATE_LIMIT", "0 per minute", "a rate such as"),
        ("MAX_UPLOAD_MB", "5 MB", "a whole number from 1 to 1024"),
        ("TRUSTED_PROXIES", "10.0.0.1", "a whole number from 0 to 10"),
        ("TRUSTED_HOSTS", "https://example.org", "host names"),
        ("LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR"),
        ("LOG_FORMAT", "xml", "one of text, json"),
        ("WHATSAPP_BASE_URL", "graph.example.org", "an address such as"),
        ("WHATSAPP_BASE_URL", "https://graph.example.org/v1?x=1", "an address such as"),
        ("WHATSAPP_BASE_URL", "http://graph.example.org", "https, unless the address is on this machine"),
        ("DB_POOL_MIN", "9", "at most DB_POOL_MAX"),
        ("DB_CONNECT_TIMEOUT", "5s", "a whole number from 1 to 3600000"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_the_variable_what_was_found_and_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, found: str, expected: str
) -> None:
    monkeypatch.setenv(name, found)
    message = refusal()
    assert message.startswith(f"{name} is ")
    assert found in message
    assert f"; expected {expected}" in message
    assert "\n" not in message


def test_a_relative_database_is_refused_with_the_absolute_path_it_would_have_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SQLITE_PATH", "data/crm.db")
    assert str(tmp_path / "data" / "crm.db") in refusal()


@pytest.mark.parametrize("outer", ["UPLOAD_FOLDER", "BACKUP_DIR"])
def test_a_folder_that_is_tidied_may_not_hold_the_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outer: str
) -> None:
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "data" / "crm.db"))
    monkeypatch.setenv(outer, str(tmp_path))
    assert refusal() == f"{outer} is {str(tmp_path)!r}; expected a folder of its own: SQLITE_PATH lies in it."


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2-too-short")
    assert refusal().startswith("SECRET_KEY is 17 characters long; expected at least 32")
    with pytest.raises(ValidationError) as caught:
        Settings(secret_key=SecretStr("hunter2-too-short"))
    assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("SECRET_KEY", "hunter2" * 8)
    assert "hunter2" not in repr(load_settings())


def test_the_env_file_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nHOST=0.0.0.0\nSECRET_KEY=\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "4001")
    settings = load_settings()
    assert (settings.host, settings.port, settings.secret_key) == ("0.0.0.0", 4001, None)  # noqa: S104


def test_an_env_file_that_is_not_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe")
    assert "expected a readable text file in UTF-8" in refusal()


def test_lists_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, http://localhost:8080,")
    monkeypatch.setenv("TRUSTED_HOSTS", "crm.example,.lan,192.168.1.5,[::1]")
    settings = load_settings()
    assert settings.cors_origins == ("https://a.example", "http://localhost:8080")
    assert settings.trusted_hosts == ("crm.example", ".lan", "192.168.1.5", "[::1]")


def test_a_variable_that_was_probably_meant_for_a_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUSTED_PROXY", "LOGLEVEL", "HOSTNAME", "PORT", "HTTP_PROXY", "DB_HOST"):
        monkeypatch.setenv(name, "1")
    assert mistaken_variables() == {"LOGLEVEL": "LOG_LEVEL", "TRUSTED_PROXY": "TRUSTED_PROXIES"}


def test_settings_are_frozen() -> None:
    for name in Settings.model_fields:
        with pytest.raises(ValidationError):
            setattr(load_settings(), name, None)


def default_of(field: FieldInfo, root: str = "") -> str:
    if isinstance(field.default, Path):
        return root + field.default.relative_to(PROJECT_ROOT).as_posix()
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return "" if field.default in (None, ()) else str(field.default)


def test_the_table_of_the_readme_is_the_settings() -> None:
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.+?)`)? ?\| (.+) \|$", readme, re.MULTILINE)
    assert rows == [
        (name.upper(), default_of(field), field.description) for name, field in Settings.model_fields.items()
    ]


def test_the_env_example_is_the_settings() -> None:
    example = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    rows = re.findall(r"^# (.+)\n#([A-Z_]+)=(.*)$", example, re.MULTILINE)
    assert rows == [
        (field.description, name.upper(), default_of(field, "/path/to/holdfast/"))
        for name, field in Settings.model_fields.items()
    ]


def test_the_compose_file_hands_on_each_setting_that_is_not_the_images_own() -> None:
    compose = (PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    inside = {"sqlite_path", "upload_folder", "backup_dir", "host", "port"}
    for name in map(str.upper, Settings.model_fields.keys() - inside):
        assert f"      {name}: ${{{name}:-}}\n" in compose
