"""`python -m`: one request to WhatsApp, given as JSON on stdin, answered as JSON on stdout."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson

from crm.conversations.transport.channel_secrets import Secrets
from crm.conversations.transport.medium import Line
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.conversations.whatsapp.self_test import run_self_test
from crm.conversations.whatsapp.template_list import TemplatesTrouble, as_document, fetch_templates
from crm.standard_error import take_over_stderr


def report_check(line: Line, given: Mapping[str, str]) -> dict[str, Any]:
    findings = run_self_test(line, CloudApi(given["base_url"]), given["callback"])
    return {"findings": [asdict(finding) for finding in findings]}


def report_templates(line: Line, given: Mapping[str, str]) -> dict[str, Any]:
    try:
        return as_document(fetch_templates(given["base_url"], line, given["account_id"]))
    except TemplatesTrouble as trouble:
        return {"problem": trouble.problem, "passing": trouble.passing}


ERRANDS: dict[str, Callable[[Line, Mapping[str, str]], dict[str, Any]]] = {
    "check": report_check,
    "templates": report_templates,
}


def main() -> None:
    take_over_stderr()
    asked = orjson.loads(sys.stdin.buffer.read())
    line = Line(asked["line"]["address"], Secrets(**asked["line"]["secrets"]))
    sys.stdout.buffer.write(orjson.dumps(ERRANDS[asked["errand"]](line, asked)))


if __name__ == "__main__":
    main()
