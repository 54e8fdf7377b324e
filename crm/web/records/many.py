"""Bulk changes by the API."""

from flask import Response

from crm.records.bulk_operations import change_many, operations_of
from crm.records.kind import Kind
from crm.web.idempotency import answer_once
from crm.web.requests.reading import json_body
from crm.web.responses import answers


def change_many_of(kind: Kind) -> Response:
    """All of the operations, or none: an answer to each."""
    given = json_body(operations_of(kind))
    return answer_once(lambda tx: change_many(tx, kind, given.operations), answers.data)
