"""What a statement may be given, and gives back, in every engine."""

SQLValue = None | int | float | str | bytes
Params = dict[str, SQLValue]
