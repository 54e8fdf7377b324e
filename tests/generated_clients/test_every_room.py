"""The generated Python client does the main work of every room, and reads each answer by its type."""

import importlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from tests.generated_clients.conftest import Running

pytestmark = pytest.mark.timeout(900)


class Generated:
    """The operations by the names that the document gives them, such as `call("leads.win", 7)`."""

    def __init__(self, package: str, running: Running) -> None:
        self.package = package
        self.models = self._module("models")
        self.types = self._module("types")
        self.api = self._module("client").AuthenticatedClient(base_url=running.url, token=running.token)

    def call(self, operation: str, *arguments: Any, **named: Any) -> Any:
        """What the client made of a good answer; None is for answers that hold nothing."""
        module = self._module(f"api.{operation.partition('.')[0]}.{operation.replace('.', '_')}")
        answer = module.sync_detailed(*arguments, client=self.api, **named)
        assert 200 <= answer.status_code < 300, answer.content
        assert (answer.parsed is None) == (answer.status_code == 204), answer
        return getattr(answer.parsed, "data", answer.parsed)

    def make(self, operation: str, model: str, **fields: Any) -> Any:
        return self.call(operation, body=getattr(self.models, model)(**fields))

    def file(self, model: str, name: str, content: bytes) -> Any:
        upload = self.types.File(payload=BytesIO(content), file_name=name, mime_type="text/plain")
        return getattr(self.models, model)(file=upload)

    def _module(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name}")


@pytest.fixture
def made(python_client: str, running: Running) -> Iterator[Generated]:
    generated = Generated(python_client, running)
    with generated.api:
        yield generated


def listed(made: Generated, operation: str, *arguments: Any, **filters: Any) -> list[int]:
    return [each.id for each in made.call(operation, *arguments, **filters)]


def test_clients_are_changed_one_by_one_and_many_at_once(made: Generated) -> None:
    company = made.make(
        "clients.create", "NewClient", name="Probe Ltd", kind=made.models.NewClientKind.COMPANY
    )
    ann = made.make("clients.create", "NewClient", name="Ann Probe", company_id=company.id, country="DE")
    full = made.models.NewClient(name="Ann P. Probe", phone="+49 30 901820", tags=["vip"])
    replaced = made.call("clients.replace", ann.id, body=full, if_match=f'"{ann.version}"')
    assert (replaced.phone, replaced.company_id, replaced.tags) == ("+4930901820", None, ["vip"])
    tagging = made.models.Tagging(op="tag", id=ann.id, add=["key"])
    owner = made.call("login.show_me").user.id
    assignment = made.models.Assignment(op="assign", id=company.id, owner_id=owner)
    outcomes = made.make("clients.change_many", "ClientOperations", operations=[tagging, assignment])
    (operation,) = {each.operation_id for each in outcomes}
    assert made.call("operations.undo", operation).undone == 2
    assert made.call("clients.get", ann.id).tags == ["vip"]
    assert {each.name for each in made.call("clients.tags")} == {"vip"}
    size = made.models.NewCustomField.from_dict({"kind": "client", "label": "Size", "field_type": "number"})
    made.call("custom_fields.create", body=size)
    wanted = made.models.ClientsListAllCustom.from_dict({"custom.size_from": "40"})
    assert listed(made, "clients.list_all", custom=wanted) == []
    made.call("clients.delete", ann.id)
    assert ann.id in listed(made, "clients.list_all", deleted=True)
    made.call("clients.restore", ann.id)
    assert made.call("clients.count", q="Probe").total == 2
    assert made.call("clients.activities", ann.id)[0].action == "client.restored"


def test_leads_go_through_their_stages_and_the_reports_tell(made: Generated) -> None:
    sales = made.make("pipelines.create", "PipelineFields", name="Sales by generated clients")
    stages = made.call("pipelines.stages", sales.id)
    extra = made.call("pipelines.add_stage", sales.id, body=made.models.StageFields(name="Visit", position=1))
    lead = made.make(
        "leads.create", "NewLead", title="Roof", value=1250.5, currency="EUR",
        pipeline_id=sales.id, expected_close=date(2030, 1, 31), tags=["north"],
    )  # fmt: skip
    assert (lead.value, lead.expected_close) == (1250.5, "2030-01-31")
    assert (
        made.call("leads.move", lead.id, body=made.models.LeadMove(stage_id=extra.id)).stage_name == "Visit"
    )
    won = made.call("leads.win", lead.id)
    assert (won.status, won.closed_at is not None) == ("won", True)
    assert made.call("leads.reopen", lead.id).closed_at is None
    lost = made.call("leads.lose", lead.id, body=made.models.LeadLoss(lost_reason="Price"))
    assert (lost.status, lost.lost_reason) == ("lost", "Price")
    filters = {"value_from": 1000, "closes_from": date(2030, 1, 1), "tag": "north"}
    assert listed(made, "leads.list_all", pipeline_id=sales.id, **filters) == [lead.id]
    board = made.call("pipelines.board", sales.id)
    assert [each.id for column in board.stages for each in column.cards] == [lead.id]
    report = made.call("reports.leads", pipeline_id=sales.id)
    assert {each.id for each in stages} | {extra.id} >= {each.stage_id for each in report.funnel}
    assert made.call("stages.patch", extra.id, body=made.models.StageChanges(name="Look")).name == "Look"
    creation = made.models.NewLeadCreation(
        op="create", fields=made.models.NewLead(title="Gate", pipeline_id=sales.id)
    )
    (born,) = made.make("leads.change_many", "NewLeadOperations", operations=[creation])
    assert made.call("leads.patch", born.id, body=made.models.LeadChanges(value=3)).value == 3
    assert made.call("leads.count", pipeline_id=sales.id).total == 2


def test_work_is_noted_planned_and_kept_as_files(made: Generated) -> None:
    client = made.make("clients.create", "NewClient", name="Nora Noted")
    lead = made.make("leads.create", "NewLead", title="Fence", client_id=client.id)
    of_lead = {"subject": "lead", "subject_id": lead.id}
    note = made.make("notes.create", "NoteFields", text="Asked", **of_lead)
    changed = made.call("notes.patch", note.id, body=made.models.NoteChanges(text="Asked twice"))
    assert changed.text == "Asked twice"
    weekly = made.models.TaskFieldsRepeatType0.WEEKLY
    task = made.make(
        "tasks.create", "TaskFields", title="Call", due_day=date(2030, 3, 14), repeat=weekly, **of_lead
    )
    assert (task.due_day, task.repeat) == ("2030-03-14", "weekly")
    done = made.call("tasks.patch", task.id, body=made.models.TaskChanges(done=True))
    assert done.done_at is not None
    assert made.call("tasks.my_day").overdue_count == 0
    kept = made.call("files.add", client.id, body=made.file("FilesAddBody", "plan.txt", b"two gates"))
    assert (kept.name, kept.size) == ("plan.txt", 9)
    assert made.call("files.content", kept.id).payload.read() == b"two gates"
    beside = made.call("files.add_to_lead", lead.id, body=made.file("FilesAddToLeadBody", "a.csv", b"a,b\n"))
    assert listed(made, "files.list_of_lead", lead.id) == [beside.id]
    made.call("files.delete", kept.id)
    made.call("files.restore", kept.id)
    assert listed(made, "files.list_of_client", client.id) == [kept.id]
    deletion = made.call("clients.delete", client.id) or made.call("clients.activities", client.id)[0]
    made.call("activities.undo", deletion.id)
    assert made.call("clients.get", client.id).deleted_at is None


def test_customers_are_written_to_and_answered(made: Generated) -> None:
    number = made.make(
        "channels.connect", "WhatsAppChannelFields", phone_number_id="700", display_phone="+15550100700",
        access_token="a", app_secret="b", verify_token="c",
    )  # fmt: skip
    pair = made.make("leads.create", "NewLead", customer_phone="+447700900555", customer_name="Cara Customer")
    conversation = made.call("conversations.get", pair.conversation_id)
    assert (conversation.phone, conversation.client_name) == ("+447700900555", "Cara Customer")
    text = made.models.ConversationNoteFields(text="Call back")
    made.call("conversations.note", conversation.id, body=text)
    assert [each.body for each in made.call("conversations.list_of_conversation", conversation.id)] == [
        "Call back"
    ]
    made.call("conversations.read_all", conversation.id, body=made.models.ReadTo())
    status = made.models.ConversationChangesStatus.CLOSED
    changes = made.models.ConversationChanges(status=status)
    assert made.call("conversations.change", conversation.id, body=changes).status == "closed"
    every = made.models.ConversationsListAllBox.ALL
    assert listed(made, "conversations.list_all", q="Cara", box=every) == [conversation.id]
    template = made.make("templates.add", "TemplateFields", name="hello", body="Hello {{1}}")
    use = made.models.TemplateUse(name=template.name, language=template.language, parameters=["Cara"])
    sent = made.make("whatsapp.send", "WhatsAppMessage", to="+447700900555", template=use)
    assert (sent.conversation_id, sent.window_open) == (conversation.id, False)
    assert number.id in [each.id for each in made.call("channels.list_all")]
    made.make("templates.add_reply", "QuickReplyFields", title="Hours", text="Nine to five")
    assert [each.title for each in made.call("templates.list_replies")] == ["Hours"]


def test_a_workspace_is_looked_after(made: Generated) -> None:
    assert made.call("health.show_health").status == "ok"
    changed = made.make("workspace.change", "WorkspaceChanges", timezone="Europe/Berlin")
    assert changed.timezone == made.call("workspace.show").timezone == "Europe/Berlin"
    assert made.make("login.change_me", "ProfileChanges", locale="de-DE").locale == "de-DE"
    assert [each.role for each in made.call("users.list_all")] == ["owner"]
    assert made.call("tokens.list_all")[0].name == "test"
    view = made.make(
        "views.create", "ViewFields", list_=made.models.ViewFieldsList.CLIENTS, name="VIP", query="tag=vip"
    )
    assert made.call("views.patch", view.id, body=made.models.ViewChanges(name="Best")).name == "Best"
    invitation = made.make("invitations.create", "InvitationFields", email="new@example.org")
    made.call("invitations.revoke", invitation.id)
    assert made.call("activities.verify").whole is True
    assert made.call("activities.export").startswith("\ufeff")
    assert made.call("lead_types.list_all") != []
    assert made.call("backups.list_all") is not None
    assert made.call("exports.download").payload.read(2) == b"PK"
