"""E-mails about alerts, by the sender that stands."""

from crm.config import Settings
from crm.mail.smtp import Letter, NotSent, send_letter
from crm.monitoring.notices import Notice


def send_alert_letter(settings: Settings, recipient: str, told: Notice) -> None:
    """Raises NotSent."""
    if settings.smtp_url is None or settings.mail_from is None:
        raise NotSent("SMTP_URL and MAIL_FROM are not set.")
    domain = settings.mail_from.rpartition("@")[2].strip("> ")
    where = settings.public_url or settings.own_address
    letter = Letter(
        recipient=recipient,
        subject=f"[Holdfast] {told.subject}",
        text="\n".join([*told.lines, "", f"{where}/settings/system"]) + "\n",
        sender_name="Holdfast",
        reply_to=None,
        message_id=f"<{told.name}@{domain}>",
    )
    send_letter(settings.smtp_url.get_secret_value(), settings.mail_from, letter)
