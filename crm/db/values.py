"""The values of statements, in every engine."""

SQLValue = None | int | float | str | bytes
Params = dict[str, SQLValue]
