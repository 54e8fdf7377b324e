"""What is written about the project is true of it."""

import json
import re
import tomllib
from typing import Any

from crm.config import PROJECT_ROOT
from crm.version import VERSION

NAME = re.compile(r"[\w.-]+")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
PATH = re.compile(r"`(?:\./)?((?:scripts|docs|crm|tests|deploy)/[\w./-]+)`")


def project() -> dict[str, Any]:
    return tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    return (PROJECT_ROOT / name).read_text(encoding="utf-8")


def table_below(heading: str) -> list[str]:
    section = text_of("docs/dependencies.md").split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def names_of(requirements: list[str]) -> list[str]:
    return [str(NAME.match(requirement)[0]) for requirement in requirements]  # type: ignore[index]


def test_each_dependency_is_explained_and_nothing_else_is() -> None:
    described = project()
    groups = described["dependency-groups"]
    appliance = [*described["project"]["dependencies"], *groups["build"]]
    assert table_below("The appliance") == names_of(appliance)
    assert table_below("Development") == names_of(groups["dev"])


def test_each_vendored_package_is_explained_and_nothing_else_is() -> None:
    for heading, folder in (
        ("The pages", "crm/web/vendor"),
        ("The words", "crm/opencc"),
        ("The documents", "crm/documents/fonts"),
    ):
        manifest = json.loads(text_of(f"{folder}/manifest.json"))
        assert table_below(heading) == [package["name"] for package in manifest]


def test_links_and_paths_in_the_documents_lead_somewhere() -> None:
    pages = [*PROJECT_ROOT.glob("*.md"), *PROJECT_ROOT.glob("docs/*.md")]
    dead = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        near = [target for target in LINK.findall(text) if "://" not in target]
        dead += [f"{page.name}: {target}" for target in near if not (page.parent / target).exists()]
        dead += [f"{page.name}: {path}" for path in PATH.findall(text) if not (PROJECT_ROOT / path).exists()]
    assert dead == []


def test_the_changelog_knows_this_version() -> None:
    assert f"## {VERSION}" in text_of("CHANGELOG.md")


def test_every_page_of_the_documentation_is_reached_from_its_index() -> None:
    docs = PROJECT_ROOT / "docs"
    reached, waiting = set[str](), ["README.md"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += re.findall(r"\]\(([\w-]+\.md)\)", (docs / name).read_text(encoding="utf-8"))
    assert {"owner.md", "administrator.md", "developer.md"} <= reached
    assert {page.name for page in docs.glob("*.md")} - reached == set()
    assert "being built" not in text_of("README.md")
