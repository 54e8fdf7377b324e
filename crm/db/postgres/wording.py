"""Our SQL as PostgreSQL takes it: translated by rule, once for each text."""

import re
from functools import lru_cache

TEXTS = 4_096
PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z_0-9]*)")
QUOTED = re.compile(r"'(?:[^']|'')*'")
JSON_VALUE = re.compile(r"\bjson_extract\(([\w.]+), '\$\.([\w.]+)'\)")
CLAIM = re.compile(
    r"""^\s*UPDATE\s .*? \bWHERE\ id\ =\ \(\s*
        SELECT\ (?:\w+\.)?id\s+ FROM\ (\w+) (?:\ (?!WHERE|JOIN)(\w+))?\s .*? \bLIMIT\ 1(?=\s*\))""",
    re.DOTALL | re.VERBOSE,
)
"""Of the rows that a claim finds, those that another one has just taken are passed over."""
RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Hints for SQLite's planner.
        (r"\+(?=[a-z]+\.[a-z_]+\b)", ""),
        (r"(\bAND |\bWHERE |\bBY |, |\()\+(?=[A-Za-z(])", r"\1"),
        (r"\bCROSS JOIN (\w+ \w+)(\s+)ON\b", r"JOIN \1\2ON"),
        # Lists in one parameter.
        (
            r"(\b[\w.]*id(?: NOT)?) IN \(SELECT value FROM json_each\((:\w+)\)\)",
            r"\1 IN (SELECT each::bigint FROM json_array_elements_text(CAST(\2 AS json)) each)",
        ),
        (
            r"SELECT value FROM json_each\((:\w+)\)",
            r"SELECT each FROM json_array_elements_text(CAST(\1 AS json)) each",
        ),
        (r"\bjson_array\(", "json_build_array("),
        # Types.
        (r" AS BLOB\)", " AS bytea)"),
        (r" AS INTEGER\)", " AS bigint)"),
        (r" AS REAL\)", " AS double precision)"),
        # Functions.
        (r"\binstr\(", "strpos("),
        (r"\bjulianday\(([\w.]+)\)", r"(extract(epoch FROM CAST(\1 AS timestamptz)) / 86400)"),
    )
)


def by_rule(sql: str) -> str:
    """The text in PostgreSQL's words, its parameters as they were."""
    for pattern, replacement in RULES:
        sql = pattern.sub(replacement, sql)
    sql = CLAIM.sub(_passing_over, sql)
    return JSON_VALUE.sub(lambda found: _json_value(found[1], found[2]), sql)


def _passing_over(claim: re.Match[str]) -> str:
    return f"{claim.group()} FOR UPDATE OF {claim[2] or claim[1]} SKIP LOCKED"


def _json_value(text: str, path: str) -> str:
    return f"(CAST({text} AS jsonb) #>> '{{{path.replace('.', ',')}}}')"


@lru_cache(maxsize=TEXTS)
def worded(sql: str) -> bytes:
    """The text as the driver takes it: `%(name)s` for each parameter."""
    parts = []
    at = 0
    text = by_rule(sql).replace("%", "%%")
    for quoted in QUOTED.finditer(text):
        parts += [_named(text[at : quoted.start()]), quoted.group()]
        at = quoted.end()
    return "".join([*parts, _named(text[at:])]).encode()


def _named(text: str) -> str:
    return PARAMETER.sub(r"%(\1)s", text)
