"""The files that a form asks for: how many, how large, of which types. What they are, their content says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.errors import FieldProblem, Sentence
from crm.files.filenames import safe_name
from crm.files.filetypes import TYPES, FileType
from crm.web_forms.fields import FILES, FileGroup
from crm.web_forms.web_form import AskedFiles, WebForm

MEGABYTE = 1024 * 1024
EXTENSIONS: Mapping[FileGroup, tuple[str, ...]] = {
    "pictures": ("jpg", "jpeg", "png", "gif", "webp"),
    "pdf": ("pdf",),
    "text": ("txt", "csv"),
    "office": ("docx", "xlsx", "pptx", "odt", "ods", "odp", "doc", "xls", "ppt"),
}


@dataclass(frozen=True, slots=True)
class SentFile:
    """What the visitor says of a file, and the SHA-256 of what came."""

    name: str
    size: int
    digest: str


def extensions_of(rules: AskedFiles) -> list[str]:
    return [extension for group in rules.types for extension in EXTENSIONS[group]]


def types_of(rules: AskedFiles) -> dict[str, FileType]:
    """By extension."""
    return {extension: TYPES[extension] for extension in extensions_of(rules)}


def largest_bytes(rules: AskedFiles, appliance_bytes: int) -> int:
    """Of one file: the form may ask for less than the appliance takes, never for more."""
    return min(rules.megabytes * MEGABYTE, appliance_bytes)


def file_problems(form: WebForm, files: Sequence[SentFile], appliance_bytes: int) -> list[FieldProblem]:
    """What can be said before the contents are looked at; one sentence, as the files are chosen together."""
    rules = form.files
    if rules is None:
        return []
    wrong = _wrong(form, rules, files, largest_bytes(rules, appliance_bytes))
    return [] if wrong is None else [FieldProblem(FILES, wrong)]


def _wrong(form: WebForm, rules: AskedFiles, files: Sequence[SentFile], largest: int) -> str | None:
    if not files and form.asks(FILES):
        return "is required"
    if len(files) > rules.most:
        return Sentence("can be at most {n}", n=rules.most)
    for file in files:
        if file.size > largest:
            return Sentence("{name} is larger than {n} MB", name=file.name, n=largest // MEGABYTE)
        if _extension(file.name) not in extensions_of(rules):
            taken = ", ".join(extensions_of(rules))
            return Sentence(
                "{name} is not of a type that is taken here: {types}", name=file.name, types=taken
            )
    return None


def _extension(name: str) -> str:
    return safe_name(name).rpartition(".")[2].lower()
