"""Stylesheet, scripts, icons and fonts, in memory under one content hash: browsers keep them for ever.

A page names a file by `asset("js/app.js")`; the icons, which it names most often, are `icons.svg`. Its
address holds the hash of all files, so what one file asks for by a relative path (a font, a module) is of the
same version. The stylesheet's parts are served as one.
"""

import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort, redirect
from werkzeug.wrappers import Response as BaseResponse

from crm.web.auth import public
from crm.web.requests.present import current_app, request
from crm.web.responses.packing import coding_for, pack

HERE = Path(__file__).parent
# Later parts of a layer win over earlier ones.
STYLESHEET = (
    "tokens", "fonts", "base", "last", "layout", "sidebar", "local_menu", "sidebar_rail", "edges", "buttons",
    "menus", "badges", "controls", "forms", "chips", "combobox", "checks", "versions", "filters",
    "conditions", "lists", "lists_wide", "rows", "pairs", "lists_narrow", "steps", "imports", "record",
    "timeline", "files", "home", "leads", "quotes", "deals", "cards", "board", "composer", "tasks",
    "quick_actions", "reports", "system", "pipelines", "settings", "inbox", "thread", "reply", "channels",
    "overlays",
    "palette", "vehicles", "toasts", "plain", "print",
)  # fmt: skip
TEXTUAL = {".css", ".js", ".svg", ".json", ".txt"}
WORTH_PACKING = 600
FOR_EVER = "public, max-age=31536000, immutable"


class Asset:
    def __init__(self, name: str, body: bytes) -> None:
        self.body = body
        self.is_text = Path(name).suffix in TEXTUAL
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.mimetype = "text/javascript" if name.endswith(".js") else guessed

        self._packed: dict[str, bytes] = {}

    def packed(self, coding: str | None) -> bytes | None:
        """Compressed at the first request for it, so that the start does not have to wait."""
        if coding is None or not self.is_text or len(self.body) <= WORTH_PACKING:
            return None
        if coding not in self._packed:
            self._packed[coding] = pack(self.body, coding, once=True)
        return self._packed[coding]


class Assets:
    def __init__(self, static: Path = HERE / "static", vendor: Path = HERE / "vendor") -> None:
        files = _read_tree(static, "") | _read_tree(vendor, "vendor/")
        files["icons.svg"] = files["vendor/lucide/icons.svg"]
        files["app.css"] = b"\n".join(files[f"css/{part}.css"] for part in STYLESHEET)
        self.version = _fingerprint(files)
        self._assets = {name: Asset(name, body) for name, body in files.items()}

    def address(self, name: str) -> str:
        """Where a page finds the file; a name that does not exist is a mistake in the page."""
        if name not in self._assets:
            raise LookupError(f"no asset is named {name!r}")
        return f"/assets/{self.version}/{name}"

    def get(self, name: str) -> Asset | None:
        return self._assets.get(name)


def serve_assets(app: Flask) -> Assets:
    assets = Assets()

    @public
    def serve_asset(version: str, name: str) -> Response:
        found = assets.get(name)
        if found is None:
            abort(404)
        coding = coding_for(request.headers.get("Accept-Encoding", ""))
        packed = found.packed(coding)
        response = Response(packed or found.body, mimetype=found.mimetype)
        response.headers["Cache-Control"] = FOR_EVER if version == assets.version else "no-store"
        response.headers["Vary"] = "Accept-Encoding"
        if packed and coding:
            response.headers["Content-Encoding"] = coding
        return response

    @public
    def show_favicon() -> BaseResponse:
        """Browsers ask for it beside what is no page, such as an opened PDF."""
        return redirect(asset("brand/logo.svg"))

    app.add_url_rule("/assets/<version>/<path:name>", "assets", serve_asset)
    app.add_url_rule("/favicon.ico", "favicon", show_favicon)
    app.extensions["holdfast.assets"] = assets
    app.jinja_env.globals["asset"] = asset
    return assets


def asset(name: str) -> str:
    """The address of a file for the page of this request, below the sub-path."""
    assets: Assets = current_app.extensions["holdfast.assets"]
    return request.script_root + assets.address(name)


def _read_tree(folder: Path, prefix: str) -> dict[str, bytes]:
    return {
        prefix + path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _fingerprint(files: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return total.hexdigest()[:8]
