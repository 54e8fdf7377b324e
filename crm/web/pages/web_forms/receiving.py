"""Files that come with a web form: bounded before they are read, stored, then kept with the submission."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from flask import current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from crm.db.actor import Actor
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore
from crm.errors import CrmError, Invalid, Sentence, TooLarge, WrongType
from crm.files.uploads import Upload, remove_content, stored_upload
from crm.web.pages.web_forms.sending import given_files, read_sent
from crm.web.requests.body_limit import widen_body
from crm.web.requests.limits import spend_megabytes
from crm.web.sessions.identity import database, settings
from crm.web_forms.asked_files import largest_bytes, types_of
from crm.web_forms.fields import FILES
from crm.web_forms.questions import ShownQuestion
from crm.web_forms.taking import Sent, look_at_sent, take_submission
from crm.web_forms.web_form import AskedFiles, WebForm

MEGABYTE = 1024 * 1024
DAMAGED = Sentence("{name} is not what its name says, or is damaged", name="")


def receive(form: WebForm, questions: list[ShownQuestion], system: Actor) -> None:
    """Keep what was sent, once, with its files or not at all. Raises what `take_submission` and the stores
    raise, and TooLarge.
    """
    rules = form.files
    if rules is None:
        database().write(take_submission, system, form.token, read_sent(questions, form))
        return
    sent = _read(rules, form, questions)
    workspace_id, known = database().read(look_at_sent, system, form.token, sent)
    given = [] if known else given_files(form)
    with _stored(workspace_id, rules, given) as uploads:
        database().write(take_submission, system, form.token, sent, uploads)


def _read(rules: AskedFiles, form: WebForm, questions: list[ShownQuestion]) -> Sent:
    most = rules.most * largest_bytes(rules, _appliance_bytes())
    widen_body(most)
    spend_megabytes(form.token)
    try:
        return read_sent(questions, form)
    except RequestEntityTooLarge:
        raise TooLarge(Sentence("The files are larger than {n} MB together.", n=most // MEGABYTE)) from None


@contextmanager
def _stored(workspace_id: int, rules: AskedFiles, given: Sequence[FileStorage]) -> Iterator[list[Upload]]:
    """All in their places; all are removed again unless rows take them in."""
    store = file_store(settings())
    with ExitStack() as stack:
        uploads: list[Upload] = []
        try:
            for file in given:
                uploads.append(stack.enter_context(_stored_one(store, workspace_id, rules, file)))
        except CrmError:
            for upload in uploads:
                remove_content(store, upload.stored_name)
            raise
        yield uploads


@contextmanager
def _stored_one(
    store: FileStore, workspace_id: int, rules: AskedFiles, file: FileStorage
) -> Iterator[Upload]:
    """Raises Invalid for what the content of this file says."""
    with ExitStack() as stack:
        try:
            upload = stack.enter_context(
                stored_upload(
                    store,
                    workspace_id,
                    file.filename or "",
                    file.stream,
                    limit=largest_bytes(rules, _appliance_bytes()),
                    types=types_of(rules),
                )
            )
        except (WrongType, Invalid):
            raise Invalid.field(FILES, DAMAGED.filled(name=file.filename or "")) from None
        yield upload


def _appliance_bytes() -> int:
    return int(current_app.extensions["holdfast.upload_bytes"])
