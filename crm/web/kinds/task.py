"""The words of tasks."""

from flask_babel import lazy_gettext as _

from crm.web.kinds.kind_words import KindWords, Saying, exported_saying
from crm.web.words.times import day_text, moment_text
from crm.work.kind import TASK as TASK_KIND

TASK = KindWords(
    kind=TASK_KIND,
    one=_("Task"),
    many=_("Tasks"),
    icon="calendar-check",
    entries=True,
    labels={
        "due_at": _("Due"),
        "due_day": _("Due"),
        "due_hour": _("Time"),
        "due_zone": _("Time zone of the time"),
        "repeat": _("Repeats"),
        "assignee_id": _("Assignee"),
    },
    values={
        "daily": _("Every day"),
        "weekdays": _("Every weekday"),
        "weekly": _("Every week"),
        "monthly": _("Every month"),
        "yearly": _("Every year"),
    },
    shown={"due_at": moment_text, "due_day": day_text},
    sayings=exported_saying("task", _("%(who)s exported tasks"))
    | {
        "task.created": Saying("calendar-check", "news", _("%(who)s added the task %(what)s"), details=False),
        "task.changed": Saying("pencil", "quiet", _("%(who)s changed the task %(what)s")),
        "task.done": Saying("circle-check", "good", _("%(who)s completed %(what)s"), details=False),
        "task.reopened": Saying("rotate-ccw", "warn", _("%(who)s reopened %(what)s"), details=False),
        "task.deleted": Saying("trash-2", "bad", _("%(who)s deleted the task %(what)s"), details=False),
        "task.restored": Saying(
            "archive-restore", "good", _("%(who)s restored the task %(what)s"), details=False
        ),
    },
)
