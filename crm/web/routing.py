from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """The id of a row in a URL: at most 18 digits, which always fit the database's integers."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)
