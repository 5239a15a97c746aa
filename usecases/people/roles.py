"""Who may do what: roles, scopes, and the person who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does."""

    STAGECOORDINATOR = "stagecoordinator"
    FINANCIEEL = "financieel"
    NETWERKCOORDINATOR = "netwerkcoordinator"
    BEHEERDER = "beheerder"


EVERY_ROLE = tuple(Role)


SCOPES_OF: Mapping[Role, tuple[str, ...]] = {
    Role.STAGECOORDINATOR: ("school",),
    Role.FINANCIEEL: ("school", "bestuur"),
    Role.NETWERKCOORDINATOR: ("regio",),
    Role.BEHEERDER: ("installatie",),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an object is: a school (BRIN), bestuur, regio, account, or the installatie."""

    kind: str
    key: str

    def __str__(self) -> str:
        """Return ``kind:key``, the notation of ``--scope``."""
        return f"{self.kind}:{self.key}"


INSTALLATION = Owner("installatie", "*")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role within one scope."""

    role: Role
    scope: Owner


@dataclass(frozen=True)
class Principal:
    """Who is asking: an account with its grants, resolved to schools and regions.

    Parameters
    ----------
    schools_of
        For each grant the BRIN codes that it reaches.
    scope_names
        For each grant what a person calls its school, bestuur or region.
    """

    account_id: int
    label: str
    name: str
    grants: tuple[Grant, ...]
    schools_of: Mapping[Grant, frozenset[str]] = field(default_factory=dict)
    session_id: int = 0
    language: str = "nl"
    needs_second_step: bool = False
    must_set_second_step: bool = False
    scope_names: tuple[str, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of this account."""
        return frozenset(grant.role for grant in self.grants)

    def has(self, role: Role) -> bool:
        """Whether one of the grants has this role."""
        return role in self.roles

    def schools(self, *roles: Role) -> frozenset[str]:
        """Return the BRIN codes within reach of the grants with one of ``roles`` (all roles by default)."""
        wanted = roles or EVERY_ROLE
        return frozenset(
            brin for grant in self.grants if grant.role in wanted for brin in self.schools_of.get(grant, ())
        )

    def scope_keys(self, kind: str, *roles: Role) -> tuple[str, ...]:
        """Return the keys of the scopes of one kind, sorted."""
        wanted = roles or EVERY_ROLE
        return tuple(sorted({g.scope.key for g in self.grants if g.role in wanted and g.scope.kind == kind}))

    def regions(self) -> tuple[str, ...]:
        """Return the keys of the regions that this account coordinates."""
        return self.scope_keys("regio")

    def besturen(self) -> tuple[str, ...]:
        """Return the numbers of the besturen whose finances this account sees."""
        return self.scope_keys("bestuur")

    def sees(self, owner: Owner, roles: tuple[Role, ...] = EVERY_ROLE) -> bool:
        """Whether a grant with one of ``roles`` covers ``owner``."""
        return any(self._covers(grant, owner) for grant in self.grants if grant.role in roles)

    def _covers(self, grant: Grant, owner: Owner) -> bool:
        if grant.role is Role.BEHEERDER or grant.scope == owner:
            return True
        if owner == Owner("account", str(self.account_id)):
            return True
        return owner.kind == "school" and owner.key in self.schools_of.get(grant, ())
