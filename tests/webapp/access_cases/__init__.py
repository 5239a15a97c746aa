"""The expected outcome of every route, per role and per owner; one module per domain.

``CASES`` maps an endpoint to a :class:`Case`. The test in ``tests/webapp/test_access.py`` fails on a route without
a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from usecases.people.roles import EVERY_ROLE, Role

#: The fixture ``app`` holds school 99AA (bestuur 99001, merenveld-noord) and 99BB (bestuur 99002, merenveld-zuid);
#: the accounts of the tests belong to 99AA and merenveld-noord.


@dataclass(frozen=True)
class Case:
    """What one endpoint does for whom.

    Parameters
    ----------
    roles
        Who may use it; empty when ``public``.
    own, other
        View arguments of an object of the tests' own school or region, and of somebody else's. ``other`` is ``None``
        when the endpoint is about no object: the view then shows only what its person may see.
    unscoped
        Roles that see ``other`` as well, such as the beheerder.
    setup
        Name of a function in the same module that gets the app first and may return extra ``own`` and ``other``
        arguments (``{"own": {...}, "other": {...}}``).
    """

    roles: tuple[Role, ...] = ()
    public: bool = False
    own: Mapping[str, Any] = field(default_factory=dict)
    other: Mapping[str, Any] | None = None
    unscoped: tuple[Role, ...] = (Role.BEHEERDER,)
    setup: str | None = None


ALL = EVERY_ROLE
