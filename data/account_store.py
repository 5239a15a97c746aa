"""Accounts, sessions, invitations and login attempts in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, bindparam, case, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.tables.accounts import Account, AccountGrant, AccountPassword, AccountSession, Invitation, LoginAttempt
from data.tables.organisation import Bestuur, Region, RegionMembership, School, Vestiging


def _name_in(table: type[Bestuur | Region | School], key: InstrumentedAttribute[str]) -> ScalarSelect[str]:
    """Name of the object of a grant in the table of its kind; a region stands there once per year."""
    return select(func.min(table.name)).where(key == AccountGrant.scope_key).scalar_subquery()


_SCOPE_NAME = func.coalesce(
    case(
        (AccountGrant.scope_kind == "school", _name_in(School, School.brin)),
        (AccountGrant.scope_kind == "bestuur", _name_in(Bestuur, Bestuur.number)),
        (AccountGrant.scope_kind == "regio", _name_in(Region, Region.key)),
        (AccountGrant.scope_kind == "installatie", "Hele installatie"),
    ),
    AccountGrant.scope_key,
)
_GRANT = (AccountGrant.role, AccountGrant.scope_kind, AccountGrant.scope_key, _SCOPE_NAME.label("scope_name"))
# Asked for every page, so they are put together once, and answer with columns.
_HOLDER = (
    select(
        AccountSession.id.label("session_id"),
        AccountSession.created_at,
        AccountSession.seen_at,
        AccountSession.revoked_at,
        AccountSession.totp_pending,
        Account.id.label("account_id"),
        Account.email,
        Account.name,
        Account.language,
        Account.ended_at,
        AccountPassword.totp_secret.is_not(None).label("has_second_step"),
        *_GRANT,
    )
    .join(Account, Account.id == AccountSession.account_id)
    .outerjoin(AccountPassword, AccountPassword.account_id == Account.id)
    .outerjoin(AccountGrant, AccountGrant.account_id == Account.id)
    .where(AccountSession.token_digest == bindparam("digest"))
)
_GRANTS = select(*_GRANT).where(AccountGrant.account_id == bindparam("account"))


class NamedGrant(NamedTuple):
    """One role within one scope; ``name`` is what a person calls the scope, or else its key."""

    role: str
    kind: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a session token is: the login session, its account, and what that may see."""

    grants: tuple[NamedGrant, ...]
    session_id: int
    created_at: datetime
    seen_at: datetime
    revoked_at: datetime | None
    totp_pending: bool
    account_id: int
    email: str
    name: str
    language: str
    ended_at: datetime | None
    has_second_step: bool


class AccountStore:
    """Everything about who may come in, on one session.

    Parameters
    ----------
    session
        Of the use case; this class never commits.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def by_email(self, email: str) -> Account | None:
        """Return the account with this address, upper and lower case alike."""
        return self.session.scalar(select(Account).where(Account.email == email.strip().lower()))

    def by_id(self, account_id: int) -> Account | None:
        """Return the account with this number."""
        return self.session.get(Account, account_id)

    def all_accounts(self) -> Sequence[Account]:
        """Return every account, by address."""
        return self.session.scalars(select(Account).order_by(Account.email)).all()

    def add(self, email: str, name: str, at: datetime, grants: Iterable[tuple[str, str, str]]) -> Account:
        """Add an account with its grants (role, scope kind, scope key)."""
        account = Account(email=email.strip().lower(), name=name, created_at=at, language="nl")
        self.session.add(account)
        self.session.flush()
        for role, kind, key in sorted(set(grants)):
            self.session.add(AccountGrant(account_id=account.id, role=role, scope_kind=kind, scope_key=key))
        self.session.flush()
        return account

    def grants(self, account_id: int) -> tuple[NamedGrant, ...]:
        """Return the grants of one account, sorted."""
        return tuple(sorted(NamedGrant(*row) for row in self.session.execute(_GRANTS, {"account": account_id})))

    def set_grants(self, account_id: int, grants: Iterable[tuple[str, str, str]]) -> None:
        """Replace the grants of one account."""
        self.session.execute(delete(AccountGrant).where(AccountGrant.account_id == account_id))
        for role, kind, key in sorted(set(grants)):
            self.session.add(AccountGrant(account_id=account_id, role=role, scope_kind=kind, scope_key=key))
        self.session.flush()

    def schools_within(self, scope_kind: str, scope_key: str) -> frozenset[str]:
        """Return the BRIN codes that a scope reaches; a region by the newest year of its table."""
        if scope_kind == "school":
            return frozenset({scope_key})
        if scope_kind == "bestuur":
            return frozenset(self.session.scalars(select(School.brin).where(School.bestuur_number == scope_key)))
        if scope_kind == "regio":
            newest = (
                select(func.max(RegionMembership.year))
                .where(
                    RegionMembership.kind
                    == select(RegionMembership.kind)
                    .where(RegionMembership.region_key == scope_key)
                    .limit(1)
                    .scalar_subquery()
                )
                .scalar_subquery()
            )
            query = (
                select(Vestiging.brin)
                .join(RegionMembership, RegionMembership.gemeente_code == Vestiging.gemeente_code)
                .where(RegionMembership.region_key == scope_key, RegionMembership.year == newest)
                .distinct()
            )
            return frozenset(self.session.scalars(query))
        return frozenset()

    def scope_exists(self, scope_kind: str, scope_key: str) -> bool:
        """Whether the object of a scope is known."""
        if scope_kind == "school":
            return self.session.get(School, scope_key) is not None
        if scope_kind == "bestuur":
            return self.session.get(Bestuur, scope_key) is not None
        if scope_kind == "regio":
            return self.session.scalar(select(Region.key).where(Region.key == scope_key).limit(1)) is not None
        return scope_kind == "installatie"

    def password(self, account_id: int) -> AccountPassword | None:
        """Return the password row of an account."""
        return self.session.get(AccountPassword, account_id)

    def set_password(self, account_id: int, password_hash: str, at: datetime) -> None:
        """Set the password hash, keeping the second step."""
        row = self.password(account_id)
        if row is None:
            self.session.add(AccountPassword(account_id=account_id, hash=password_hash, changed_at=at))
        else:
            row.hash, row.changed_at = password_hash, at
        self.session.flush()

    def add_session(self, row: AccountSession) -> AccountSession:
        """Add a login session."""
        self.session.add(row)
        self.session.flush()
        return row

    def holder_of(self, digest: str) -> Holder | None:
        """Return who holds the login session whose token has this digest."""
        rows: Sequence[Sequence[Any]] = self.session.connection().execute(_HOLDER, {"digest": digest}).all()
        if not rows:
            return None
        width = len(_GRANT)
        grants = (NamedGrant(*row[-width:]) for row in rows if row[-width] is not None)
        return Holder(tuple(sorted(grants)), *rows[0][:-width])

    def sessions(self, account_id: int) -> Sequence[AccountSession]:
        """Return the sessions of an account that are not revoked, newest first."""
        query = (
            select(AccountSession)
            .where(AccountSession.account_id == account_id, AccountSession.revoked_at.is_(None))
            .order_by(AccountSession.seen_at.desc())
        )
        return self.session.scalars(query).all()

    def revoke_sessions(
        self, account_id: int, at: datetime, *, only: int | None = None, keep: int | None = None
    ) -> int:
        """Revoke the sessions of an account; ``only`` one of them, or all but ``keep``. Returns how many."""
        query = update(AccountSession).where(
            AccountSession.account_id == account_id, AccountSession.revoked_at.is_(None)
        )
        if only is not None:
            query = query.where(AccountSession.id == only)
        if keep is not None:
            query = query.where(AccountSession.id != keep)
        outcome: Any = self.session.execute(query.values(revoked_at=at))
        return int(outcome.rowcount)

    def touch(self, session_id: int, at: datetime) -> None:
        """Note that a session was used."""
        self.session.execute(update(AccountSession).where(AccountSession.id == session_id).values(seen_at=at))

    def add_invitation(self, row: Invitation) -> None:
        """Add an invitation."""
        self.session.add(row)
        self.session.flush()

    def invitation_by_digest(self, digest: str) -> Invitation | None:
        """Return the invitation whose token has this digest."""
        return self.session.scalar(select(Invitation).where(Invitation.token_digest == digest))

    def open_invitations(self, now: datetime) -> Sequence[Invitation]:
        """Return the invitations that are neither used nor expired."""
        query = select(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        return self.session.scalars(query.order_by(Invitation.expires_at)).all()

    def add_attempt(self, keys: Iterable[str], at: datetime) -> None:
        """Note a login attempt under each key, before its outcome is known."""
        for key in keys:
            self.session.add(LoginAttempt(key=key, at=at))
        self.session.flush()

    def attempts(self, key: str, since: datetime) -> int:
        """Count the attempts under a key since a moment."""
        query = select(func.count()).select_from(LoginAttempt).where(LoginAttempt.key == key, LoginAttempt.at > since)
        return self.session.scalar(query) or 0

    def forget_before(self, moment: datetime, session_hours: int) -> int:
        """Remove sessions and invitations that were over before a moment, and attempts; return how many of the two."""
        begun = moment - timedelta(hours=session_hours)
        gone: list[Any] = [
            self.session.execute(query)
            for query in (
                delete(AccountSession).where(
                    or_(AccountSession.revoked_at < moment, AccountSession.created_at < begun)
                ),
                delete(Invitation).where(Invitation.expires_at < moment),
            )
        ]
        self.forget_attempts(before=moment)
        return sum(int(outcome.rowcount) for outcome in gone)

    def forget_attempts(self, key: str | None = None, before: datetime | None = None) -> None:
        """Remove the attempts under a key after a success, or all that are older than a moment."""
        query = delete(LoginAttempt)
        if key is not None:
            query = query.where(LoginAttempt.key == key)
        if before is not None:
            query = query.where(LoginAttempt.at < before)
        self.session.execute(query)
