"""The browser and system of a session, by its user agent."""

from dataclasses import dataclass

from flask_babel import gettext as _

# The first that is found counts: browsers name the ones that they want to be taken for as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
HAND_HELD = frozenset({"iPhone", "iPad", "Android"})


@dataclass(frozen=True, slots=True)
class Browser:
    """`icon` is of the kind of machine."""

    name: str
    icon: str


def describe_browser(user_agent: str) -> Browser:
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    icon = "smartphone" if system in HAND_HELD else "monitor"
    if browser and system:
        return Browser(_("%(browser)s on %(system)s", browser=browser, system=system), icon)
    return Browser(browser or system or _("Unknown browser"), icon)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
