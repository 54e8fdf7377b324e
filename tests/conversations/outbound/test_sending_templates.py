"""A template is sent with its places, its header, its links and its file."""

import pytest

from crm.conversations.templates.fields import LinkUse, TemplateFields, TemplateUse
from crm.conversations.templates.templates import add_template
from crm.conversations.writing.fields import Words
from crm.errors import Invalid
from crm.fields import parse_fields
from tests.support.cloud_api import Fault, refused
from tests.support.talk import Talk


def test_a_template_fills_its_places(talk: Talk) -> None:
    talk.write(Words(template=TemplateUse(name="order_ready", language="de", parameters=["Ann", "7"])))
    talk.send()
    assert talk.stub.accepted[0]["template"] == {
        "name": "order_ready",
        "language": {"code": "de"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Ann"}, {"type": "text", "text": "7"}]}
        ],
    }


def test_a_template_fills_named_places_its_header_and_its_links(talk: Talk) -> None:
    link = {"button": 1, "text": "Track", "url": "https://example.org/{{1}}"}
    known = {"name": "ready", "header": "For {{company}}", "body": "Hi {{first_name}}", "links": [link]}
    talk.db.write(add_template, talk.cast.owner, parse_fields(TemplateFields, known))
    use = TemplateUse(
        name="ready",
        named_parameters={"first_name": "Ann"},
        header="Acme",
        links=[LinkUse(button=1, text="A7")],
    )
    talk.write(Words(template=use))
    talk.send()
    assert talk.stub.accepted[0]["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "parameter_name": "company", "text": "Acme"}]},
        {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Ann"}]},
        {
            "type": "button",
            "sub_type": "url",
            "index": "1",
            "parameters": [{"type": "text", "text": "A7"}],
        },
    ]
    assert talk.value("SELECT body FROM messages") == "For Acme\nHi Ann"


def test_a_template_takes_the_picture_above_its_text(talk: Talk) -> None:
    known = {"name": "offer", "header_media": "image", "body": "See this"}
    talk.db.write(add_template, talk.cast.owner, parse_fields(TemplateFields, known))
    talk.write(Words(template=TemplateUse(name="offer", file_id=talk.file_of_client())))
    talk.send()
    (message,) = talk.stub.accepted
    (header,) = message["template"]["components"]
    assert (header["type"], header["parameters"][0]["type"]) == ("header", "image")
    assert set(header["parameters"][0]["image"]) == {"id"}
    assert len(talk.stub.uploads) == 1


@pytest.mark.parametrize(("wanted", "given"), [("document", True), ("image", False), (None, True)])
def test_a_template_refuses_another_file_than_it_wants(talk: Talk, wanted: str | None, given: bool) -> None:
    known = {"name": "offer", "header_media": wanted, "body": "See this"}
    talk.db.write(add_template, talk.cast.owner, parse_fields(TemplateFields, known))
    file_id = talk.file_of_client() if given else None
    with pytest.raises(Invalid) as refusal:
        talk.write(Words(template=TemplateUse(name="offer", file_id=file_id)))
    assert [problem.field for problem in refusal.value.problems] == ["template.file_id"]
    assert talk.states() == []


def test_an_uploaded_file_is_not_uploaded_anew_when_the_message_is_tried_again(talk: Talk) -> None:
    talk.write(Words(file_id=talk.file_of_client()))
    talk.stub.meet(Fault(accept=True), refused(131000, 500))
    talk.send()
    talk.clock.advance(minutes=76)
    talk.send()
    assert talk.states() == [("sent", "sent")]
    assert [asked.rpartition("/")[2] for asked in talk.stub.requests] == ["media", "messages", "messages"]
