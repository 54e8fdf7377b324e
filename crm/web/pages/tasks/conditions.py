"""The builder of the conditions of the list of tasks."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.task_address import TaskAddress
from crm.web.words.choices import user_choices
from crm.work.kind import TASK

blueprint = condition_blueprint(
    ConditionPage(
        kind=TASK,
        address=TaskAddress,
        title=lambda: _("Tasks"),
        choices=lambda tx, _wanted: {"assignee_id": [*user_choices(tx)]},
    )
)
