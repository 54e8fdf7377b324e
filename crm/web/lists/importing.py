"""How far imports under way are, beside the lists of the API that they fill."""

from dataclasses import asdict
from typing import Any

from crm.imports.notices import imports_under_way
from crm.web.requests.reading import read


def importing() -> dict[str, Any]:
    """For the `page` of a list; empty if no import is under way."""
    progress = read(imports_under_way)
    return {} if progress is None else {"importing": asdict(progress)}
