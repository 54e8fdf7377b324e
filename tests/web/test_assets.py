import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import PROJECT_ROOT
from crm.web.assets import Assets

WEB = PROJECT_ROOT / "crm/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static/js").glob("*.js"))


@pytest.mark.parametrize(
    "folder", ["crm/web/vendor", "crm/opencc", "crm/documents/fonts", "tests/support/vendor"]
)
def test_every_vendored_file_is_the_one_its_manifest_names(folder: str) -> None:
    root = PROJECT_ROOT / folder
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    named = {name: digest for package in manifest for name, digest in package["files"].items()}
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert found - set(named) <= {"manifest.json", "lucide/used.txt"}
    for name, digest in named.items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest, name


def test_the_sprite_holds_the_icons_that_are_listed_and_no_other() -> None:
    sprite = (WEB / "vendor/lucide/icons.svg").read_text(encoding="utf-8")
    listed = set((WEB / "vendor/lucide/used.txt").read_text(encoding="utf-8").split())
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == listed


def test_a_page_gets_style_script_and_font_for_ever(app: Flask, anybody: FlaskClient) -> None:
    address = app.extensions["holdfast.assets"].address
    for name, kind in [
        ("app.css", "text/css"),
        ("js/app.js", "text/javascript"),
        ("brand/logo.svg", "image/svg+xml"),
    ]:
        response = anybody.get(address(name))
        assert response.mimetype == kind
        assert "immutable" in response.headers["Cache-Control"]


def test_text_travels_packed_where_the_browser_takes_it(app: Flask, anybody: FlaskClient) -> None:
    address = app.extensions["holdfast.assets"].address("app.css")
    packed = anybody.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == anybody.get(address).data


def test_an_older_pages_address_still_answers_but_is_not_kept(anybody: FlaskClient) -> None:
    response = anybody.get("/assets/000000000000/app.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert anybody.get("/assets/000000000000/nothing.css").status_code == 404
    assert anybody.get("/assets/000000000000/../app.py").status_code == 404


def test_what_the_stylesheet_asks_for_is_there() -> None:
    assets = Assets()
    style = assets.get("app.css")
    assert style is not None
    for name in re.findall(r'url\("([^"]+)"\)', style.body.decode()):
        assert assets.get(name) is not None, name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_a_template_compiles_and_keeps_to_the_strict_policy(app: Flask, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    app.jinja_env.from_string(source)
    assert not re.search(r"""\sstyle=|\son\w+=["']|hx-on|javascript:|\|\s*safe\b""", source)
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", source)
    assert all('type="application/json"' in attributes for attributes in inline)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_runs_no_text_as_code(path: Path) -> None:
    assert not re.search(
        r"\beval\(|new Function|setAttribute\(\"style|outerHTML =", path.read_text(encoding="utf-8")
    )


def test_every_variable_of_the_styles_has_a_value_somewhere() -> None:
    """One without is ignored by the browser: the gap or the colour is missing."""
    styles = "".join(path.read_text(encoding="utf-8") for path in (WEB / "static/css").glob("*.css"))
    others = "".join(path.read_text(encoding="utf-8") for path in (*TEMPLATES, *SCRIPTS))
    named = set(re.findall(r"(--[\w-]+)\s*:", styles)) | set(re.findall(r"--[\w-]+", others))
    assert set(re.findall(r"var\((--[\w-]+)\)", styles)) <= named
