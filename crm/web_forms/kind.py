"""The kind `web_form`."""

from crm.activity.sight import MANAGED
from crm.records.kind import Kind, Lookup, Pointer, Trash, not_undone
from crm.web_forms.erasing import ERASING
from crm.web_forms.fields import NewWebForm
from crm.web_forms.rows import ROWS
from crm.web_forms.trash import delete_web_form, restore_web_form
from crm.web_forms.web_form import WEB_FORM_RECORD, find_web_form, get_web_form

IN_THE_SETTINGS = "forms are changed in the settings"
OF_A_SUBMISSION = "a submission is dealt with on its page"

WEB_FORM = Kind(
    name="web_form",
    table="web_forms",
    known_by=WEB_FORM_RECORD.known_by,
    area="web_forms",
    permissions={"read": "workers", "accept": "workers", "manage": "admins"},
    rows=ROWS,
    examples="a made-up form would be open to strangers",
    erasing=ERASING,
    actions=not_undone(
        IN_THE_SETTINGS, "web_form.created", "web_form.changed", "web_form.deleted", "web_form.restored"
    )
    | not_undone(
        OF_A_SUBMISSION,
        "web_form.submission_accepted",
        "web_form.submission_discarded",
        "web_form.submission_confirmed",
        "web_form.mail_failed",
    ),
    fields=NewWebForm,
    lookup=Lookup(WEB_FORM_RECORD, get_web_form, find_web_form),
    links={"pipeline_id": "pipeline"},
    pointers=(
        Pointer("pipeline_id", "pipelines"),
        Pointer("form_id", "web_forms", of="web_form_submissions"),
        Pointer("lead_id", "leads", of="web_form_submissions", when_erased="erase"),
        Pointer("web_form_id", "web_forms", of="web_form_mails"),
        Pointer("submission_id", "web_form_submissions", of="web_form_mails", when_erased="erase"),
        Pointer("created_by", "users", of="web_form_mails"),
        Pointer("submission_id", "web_form_submissions", of="web_form_files", when_erased="erase"),
        Pointer("file_id", "files", of="web_form_files", when_erased="erase", owns=True),
    ),
    trash=Trash(delete_web_form, restore_web_form),
    sight=MANAGED,
)
