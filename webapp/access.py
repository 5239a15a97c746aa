"""Who may do what: the only place that decides.

Every view and API function carries exactly one rule, :func:`allow` or :func:`public`. The application does not start
with an endpoint that has none. A role that is not named gets a page that says so (403); an object outside one's scope
does not exist (404), so nobody learns which codes are in use elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from usecases.people.roles import EVERY_ROLE, Owner, Principal, Role

View = TypeVar("View", bound=Callable[..., Any])


Within = Callable[..., Owner | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """The access rule of one endpoint."""

    roles: tuple[Role, ...]
    within: Within | None = None
    is_public: bool = False


def allow(*roles: Role, within: Within | None = None) -> Callable[[View], View]:
    """Let these roles in (all four when none is named), to objects that ``within`` finds in their scope.

    Parameters
    ----------
    roles
        Who may use the endpoint.
    within
        Called with the arguments of the view; gives the owner of the object, or ``None`` when there is no such object.
        Without it the view itself shows only what the principal may see.
    """

    def mark(view: View) -> View:
        view.__access__ = Rule(roles or EVERY_ROLE, within)  # type: ignore[attr-defined] # functions carry attributes
        return view

    return mark


def public(view: View) -> View:
    """Let everybody in, logged in or not."""
    view.__access__ = Rule((), None, is_public=True)  # type: ignore[attr-defined] # functions carry attributes
    return view


def school_arg(name: str) -> Within:
    """Find the owner in a view argument that holds a BRIN code, or a vestigingscode that starts with one."""
    return lambda **arguments: Owner("school", str(arguments[name])[:4].upper())


def bestuur_arg(name: str) -> Within:
    """Find the owner in a view argument that holds the number of a bestuur."""
    return lambda **arguments: Owner("bestuur", str(arguments[name]))


def region_arg(name: str) -> Within:
    """Find the owner in a view argument that holds the key of a region."""
    return lambda **arguments: Owner("regio", str(arguments[name]))


def own_account(**_arguments: object) -> Owner | None:
    """Find the owner in the person who asks."""
    person = principal_or_none()
    return Owner("account", str(person.account_id)) if person else None


def principal_or_none() -> Principal | None:
    """Return who is asking, or ``None`` for a visitor; looked up at the first question, so never for a map tile."""
    if "principal" not in g:
        find: Callable[[], Principal | None] = g.get("find_principal", lambda: None)
        g.principal = find()
    person: Principal | None = g.principal
    return person


def principal() -> Principal:
    """Return who is asking; only for views behind :func:`allow`."""
    person = principal_or_none()
    if person is None:
        abort(401)
    return person


def rules_of(app: Flask) -> dict[str, Rule]:
    """Return the rule of every endpoint.

    Raises
    ------
    LookupError
        An endpoint has no rule.
    """
    rules: dict[str, Rule] = {}
    missing = []
    for endpoint, view in app.view_functions.items():
        rule = getattr(view, "__access__", None)
        if endpoint == "static" or endpoint.startswith("openapi."):
            rule = Rule((), None, is_public=True)
        if isinstance(rule, Rule):
            rules[endpoint] = rule
        else:
            missing.append(endpoint)
    if missing:
        message = f"no access rule on {', '.join(sorted(missing))}: use @allow(…) or @public"
        raise LookupError(message)
    return rules


def is_api_request() -> bool:
    """Whether the caller is a program that wants JSON."""
    return request.path.startswith("/api/")


_SECOND_STEP = {"accounts.show_second_step", "accounts.check_second_step", "accounts.log_out"}
_SET_SECOND_STEP = {"accounts.show_set_second_step", "accounts.set_second_step", "accounts.log_out"}


def guard(rules: Mapping[str, Rule]) -> Response | None:
    """Decide on the current request; ``None`` lets it through."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    rule = rules[endpoint]
    if rule.is_public:
        return None
    person = principal_or_none()
    if person is None:
        if is_api_request():
            abort(401)
        return redirect(url_for("accounts.show_login", next=request.full_path.rstrip("?")))
    if person.needs_second_step and endpoint not in _SECOND_STEP:
        return redirect(url_for("accounts.show_second_step"))
    if person.must_set_second_step and endpoint not in _SET_SECOND_STEP:
        return redirect(url_for("accounts.show_set_second_step"))
    if not person.roles & set(rule.roles):
        abort(403)
    if rule.within is not None:
        owner = rule.within(**(request.view_args or {}))
        if owner is None or not person.sees(owner, rule.roles):
            abort(404)
    return None
