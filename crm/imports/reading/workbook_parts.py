"""The parts of a workbook that its sheets refer to: names, shared texts, number formats."""

import re
import zipfile
from pathlib import PurePosixPath

from crm.imports.reading.number_formats import NumberFormat
from crm.imports.reading.sheets import unreadable
from crm.imports.reading.xml_parts import NOT_A_WORKBOOK, Puller

MOST_TEXTS = 5_000_000
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Book:
    """`sheets` by name: the part in the archive, and whether the sheet is hidden."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = _Names()
        names.whole(archive, "xl/workbook.xml")
        targets = _Targets()
        targets.whole(archive, "xl/_rels/workbook.xml.rels")
        self.sheets = {
            name: (targets.part_of(relation), hidden)
            for name, relation, hidden in names.sheets
            if targets.part_of(relation) in archive.namelist()
        }
        if not self.sheets:
            raise unreadable(NOT_A_WORKBOOK)
        self.from_1904 = names.from_1904
        self.formats = _formats(archive, targets.named("styles"))
        self.texts = _texts(archive, targets.named("sharedStrings"))


class _Names(Puller):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), attributes.get("id", ""), hidden))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in {"1", "true"}


class _Targets(Puller):
    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            self._parts[attributes.get("Id", "")] = (attributes.get("Type", ""), path)

    def part_of(self, relation: str) -> str:
        return self._parts.get(relation, ("", ""))[1]

    def named(self, kind: str) -> str | None:
        return next((part for type_, part in self._parts.values() if type_.endswith(f"/{kind}")), None)


class _Styles(Puller):
    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[int, str] = {}
        self.numbers: list[int] = []
        self._among_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._among_cells = True
        elif name == "xf" and self._among_cells:
            self.numbers.append(int(attributes.get("numFmtId", 0)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._among_cells = False


def _formats(archive: zipfile.ZipFile, part: str | None) -> list[NumberFormat]:
    styles = _Styles()
    if part in archive.namelist() and part is not None:
        try:
            styles.whole(archive, part)
        except ValueError:
            raise unreadable(NOT_A_WORKBOOK) from None
    return [NumberFormat(number, styles.codes.get(number, "")) for number in styles.numbers]


class _Texts(Puller):
    """Without the phonetic readings of Japanese cells."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []
        self._inside = self._beside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - they have none
        if name == "si":
            self._parts = []
        self._inside = name == "t"
        self._beside = self._beside or name == "rPh"

    def text(self, text: str) -> None:
        if self._inside and not self._beside:
            self._parts.append(text)

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._beside = False
        elif name == "si":
            self.found.append(unescaped("".join(self._parts)))
            if len(self.found) > MOST_TEXTS:
                raise unreadable(NOT_A_WORKBOOK)


def _texts(archive: zipfile.ZipFile, part: str | None) -> list[str]:
    texts = _Texts()
    if part in archive.namelist() and part is not None:
        texts.whole(archive, part)
    return texts.found


def unescaped(text: str) -> str:
    """Control characters are written as `_x000D_`."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
