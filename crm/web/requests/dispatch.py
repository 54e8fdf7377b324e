"""The way of a request through the framework, without its steps for what no view and no hook of ours uses."""

from collections.abc import Callable
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Request, Response
from flask.globals import _cv_request
from flask.typing import ResponseReturnValue
from werkzeug.routing import RequestRedirect, Rule

from crm.web.rendering import QuickEnvironment
from crm.web.requests.known_routes import KnownRoutes, RouteOfRequest
from crm.web.routing import LateRoute

NOWHERE = "appliance.invalid"
Hooks = dict[str | None, list[Callable[..., Any]]]


class SynchronousFlask(Flask):
    """Sends no signals and looks for no coroutines, which costs time for each function of each request."""

    jinja_environment = QuickEnvironment
    url_rule_class: type[Rule] = LateRoute

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._known_routes = KnownRoutes()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> RouteOfRequest | None:
        """Routes and addresses do not depend on `Host`, which the sender chooses."""
        if request is None:
            return cast(RouteOfRequest | None, super().create_url_adapter(request))
        environ = request.environ
        found = RouteOfRequest(
            self.url_map,
            NOWHERE,
            environ.get("SCRIPT_NAME", ""),
            "",
            request.scheme,
            request.path,
            request.method,
            environ.get("QUERY_STRING", ""),
        )
        found.known = self._known_routes
        return found

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """A path with a slash too many is redirected to the right one."""
        error = request.routing_exception
        if isinstance(error, RequestRedirect):
            found = urlsplit(error.new_url)
            error.new_url = urlunsplit(("", "", f"/{found.path.lstrip('/')}", found.query, ""))
        super().raise_routing_exception(request)

    def full_dispatch_request(self) -> Response:
        self._got_first_request = True
        try:
            answer = self.preprocess_request()
            if answer is None:
                answer = self.dispatch_request()
        except Exception as error:  # noqa: BLE001 - as the framework does
            answer = self.handle_user_exception(error)
        return self.finalize_request(answer)

    def finalize_request(
        self, rv: ResponseReturnValue | Exception, from_error_handler: bool = False
    ) -> Response:
        if from_error_handler or not isinstance(rv, Response):
            return super().finalize_request(rv, from_error_handler)  # type: ignore[arg-type]
        return self.process_response(rv)

    def preprocess_request(self) -> ResponseReturnValue | None:
        if self.url_value_preprocessors or self._has_own(self.before_request_funcs):
            return super().preprocess_request()
        for hook in self.before_request_funcs[None]:
            answer = hook()
            if answer is not None:
                return cast(ResponseReturnValue, answer)
        return None

    def process_response(self, response: Response) -> Response:
        context = _cv_request.get()
        if context._after_request_functions or self._has_own(self.after_request_funcs):  # noqa: SLF001
            return super().process_response(response)
        for hook in reversed(self.after_request_funcs[None]):
            response = hook(response)
        session = context._session  # noqa: SLF001
        if session is not None and (session.accessed or session.modified):
            self.session_interface.save_session(self, session, response)
        return response

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        if self._has_own(self.teardown_request_funcs):
            super().do_teardown_request(exc)
            return
        for hook in reversed(self.teardown_request_funcs[None]):
            hook(exc)

    def _has_own(self, hooks: Hooks) -> bool:
        """Whether the blueprint of the request has hooks of this kind for its own views."""
        return len(hooks) > 1 and not hooks.keys().isdisjoint(_cv_request.get().request.blueprints)
