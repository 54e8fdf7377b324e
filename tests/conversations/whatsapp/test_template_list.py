from typing import Any

import pytest

from crm.conversations.whatsapp.template_list import TemplatesTrouble, fetch_templates, read_template
from tests.support.cloud_api import CUT_BEFORE_ACCEPT, CloudApiStub, broken, cloud_api, refused
from tests.support.whatsapp import line_of, template_at_meta

ACCOUNT = "102290129340398"


def body(text: str, *others: dict[str, Any]) -> dict[str, Any]:
    return template_at_meta("hello", text, *others)


@pytest.mark.parametrize(
    "others",
    [
        [{"type": "HEADER", "format": "TEXT", "text": "News"}, {"type": "FOOTER", "text": "Reply STOP"}],
        [{"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]}],
        [{"type": "BUTTONS", "buttons": [{"type": "URL", "text": "See", "url": "https://example.org"}]}],
    ],
)
def test_what_stands_by_itself_beside_the_text_is_no_hindrance(others: list[dict[str, Any]]) -> None:
    read = read_template(body("Hi {{1}}, order {{2}}", *others))
    assert read is not None
    assert (read.name, read.language, read.body) == ("hello", "en_US", "Hi {{1}}, order {{2}}")


def test_what_is_to_be_filled_beside_the_text_is_read() -> None:
    buttons = [
        {"type": "QUICK_REPLY", "text": "Stop"},
        {"type": "URL", "text": "Track", "url": "https://example.org/{{1}}"},
    ]
    read = read_template(
        body(
            "Hi {{first_name}}, order {{order_id}}",
            {"type": "HEADER", "format": "TEXT", "text": "For {{company}}"},
            {"type": "BUTTONS", "buttons": buttons},
        )
    )
    assert read is not None
    assert (read.header, read.header_media) == ("For {{company}}", None)
    assert [(link.button, link.text, link.url) for link in read.links] == [
        (1, "Track", "https://example.org/{{1}}")
    ]
    for shape in ("IMAGE", "DOCUMENT"):
        pictured = read_template(body("Hi", {"type": "HEADER", "format": shape}))
        assert pictured is not None
        assert pictured.header_media == shape.lower()


@pytest.mark.parametrize(
    "others",
    [
        [{"type": "HEADER", "format": "LOCATION"}],
        [{"type": "HEADER", "format": "VIDEO"}],
        [{"type": "HEADER", "format": "TEXT", "text": "{{1}} for {{2}}"}],
        [{"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}],
        [{"type": "CAROUSEL", "cards": []}],
        ["odd"],
    ],
)
def test_what_cannot_be_filled_from_here_is_left_out(others: list[Any]) -> None:
    assert read_template(body("Hi", *others)) is None


@pytest.mark.parametrize(
    "odd",
    [
        body("Hi {{First Name}}"),
        body("Hi {{1}} and {{name}}"),
        body(""),
        {"name": "x"},
        {**body("Hi"), "name": "Two Words"},
    ],
)
def test_mixed_places_and_odd_templates_are_left_out(odd: dict[str, Any]) -> None:
    assert read_template(odd) is None


def test_every_page_is_read_and_only_what_is_approved_counts() -> None:
    with cloud_api() as stub:
        stub.templates = [template_at_meta(f"t{number}", "Hi") for number in range(5)]
        stub.templates[1]["status"] = "REJECTED"
        stub.templates[2]["components"].append({"type": "HEADER", "format": "LOCATION"})
        found = fetch_templates(stub.base_url, line_of(), ACCOUNT)
    assert [template.name for template in found.approved] == ["t0", "t3", "t4"]
    assert found.left_out == 1
    assert len(stub.requests) == 3


@pytest.mark.parametrize(
    ("fault", "passing", "says"),
    [
        (refused(190, 401), False, "details of 190"),
        (refused(80007, 400), True, "details of 80007"),
        (CUT_BEFORE_ACCEPT, True, "could not be reached"),
        (broken(502), False, "answered 502"),
    ],
)
def test_a_refusal_is_shown_in_whatsapps_words(fault: Any, passing: bool, says: str) -> None:
    with cloud_api() as stub:
        trouble = trouble_of(stub, fault)
    assert trouble.passing == passing
    assert says in trouble.problem


def trouble_of(stub: CloudApiStub, fault: Any) -> TemplatesTrouble:
    stub.meet(fault)
    with pytest.raises(TemplatesTrouble) as caught:
        fetch_templates(stub.base_url, line_of(), ACCOUNT)
    return caught.value
