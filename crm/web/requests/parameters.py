"""What is asked of an API view that takes no parameters is refused: whoever asks believes that it counts."""

from crm.errors import FieldProblem, Invalid
from crm.web.openapi.contract import Contract
from crm.web.requests.present import current_app, request


def refuse_parameters() -> None:
    """Raises Invalid naming each; a view with a model of its own for them checks them itself.

    What is `bare`, the state of health, is answered whatever a probe adds against caches.
    """
    if not request.environ.get("QUERY_STRING"):  # `args` are parsed when first asked for
        return
    if request.endpoint is None or request.method not in {"GET", "HEAD"} or not request.args:
        return
    declared = getattr(current_app.view_functions[request.endpoint], "contract", None)
    if isinstance(declared, Contract) and declared.query is None and not declared.bare:
        raise Invalid(*(FieldProblem(name, "is not a known field") for name in request.args))
