"""Compiled templates beside the program, as Python keeps modules; a process without them compiles its own."""

import hashlib
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from crm.web import rendering

FOLDER = Path(__file__).parent / "__pycache__" / "templates"


class CompiledTemplates(FileSystemBytecodeCache):
    """`compiler` names all but its source that the code of a template depends on."""

    def __init__(self, folder: Path, compiler: str) -> None:
        super().__init__(str(folder), "%s.code")
        self._compiler = compiler

    def get_source_checksum(self, source: str) -> str:
        return hashlib.sha256(f"{self._compiler}\0{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - however a file is damaged, the template is compiled again
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):  # a full disk, or a program that others own
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def keep_compiled_templates(app: Flask, folder: Path = FOLDER) -> None:
    """Once all extensions of the templates' language are there."""
    environment = app.jinja_env
    written_by = hashlib.sha256(Path(rendering.__file__).read_bytes()).hexdigest()
    style = str(environment.newstyle_gettext)  # type: ignore[attr-defined]
    parts = [version("jinja2"), written_by, *sorted(environment.extensions), style]
    environment.bytecode_cache = CompiledTemplates(folder, " ".join(parts))
