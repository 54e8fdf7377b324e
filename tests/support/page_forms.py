"""The forms of a page, with what a browser would send for each when nobody touched it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

UNSENT = {"submit", "button", "reset", "file", "image"}


@dataclass
class PageForm:
    method: str
    action: str
    values: MultiDict[str, str] = field(default_factory=MultiDict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select: tuple[str, list[tuple[str, bool]]] | None = None
        self.textarea: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = PageForm(given.get("method", "get").lower(), given.get("action", ""))
            self.forms.append(self.form)
        elif tag == "input" and "disabled" not in given:
            self._input(given)
        elif tag == "select" and "name" in given:
            self.select = (given["name"], [])
        elif tag == "option" and self.select is not None:
            self.select[1].append((given.get("value", ""), "selected" in given))
        elif tag == "textarea" and "name" in given:
            self.textarea = (given["name"], [])

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name")
        if self.form is None or not name or kind in UNSENT:
            return
        if kind in {"radio", "checkbox"}:
            if "checked" in given:
                self.form.values.add(name, given.get("value", "on"))
            return
        self.form.values.add(name, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select" and self.select is not None:
            name, options = self.select
            self.select = None
            if self.form is not None and options:
                chosen = [value for value, selected in options if selected] or [options[0][0]]
                self.form.values.add(name, chosen[-1])
        elif tag == "textarea" and self.textarea is not None:
            name, parts = self.textarea
            self.textarea = None
            if self.form is not None:
                text = "".join(parts).removeprefix("\n")
                self.form.values.add(name, text.replace("\r\n", "\n").replace("\n", "\r\n"))


def forms_of(html: str) -> list[PageForm]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms
