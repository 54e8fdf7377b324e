import tomllib

from crm.config import PROJECT_ROOT
from crm.version import VERSION


def test_the_program_and_its_package_say_the_same_version() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
