"""Use cases of the beheerder: who has an account, invitations, and what happens when somebody leaves."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from data import audit
from data.account_store import AccountStore
from data.faults import InputRefused
from data.session import Database, Session
from data.tables.accounts import Account, Invitation
from usecases.people.logins import digest_of
from usecases.people.passwords import Passwords
from usecases.people.roles import SCOPES_OF, Grant, Owner, Principal, Role
from usecases.settings import Config

INVITATION_DEAD = "Deze uitnodiging is al gebruikt of verlopen. Vraag de beheerder om een nieuwe."


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as the beheerder sees it."""

    id: int
    email: str
    name: str
    grants: tuple[Grant, ...]
    scope_names: tuple[str, ...]
    ended_at: datetime | None
    second_step: bool


def read_grant(role: str, scope: str) -> Grant:
    """Read a role and a scope such as ``school:99AA`` as a person types them.

    Raises
    ------
    InputRefused
        The role does not exist, or it cannot have this kind of scope.
    """
    try:
        known = Role(role.strip().lower())
    except ValueError:
        raise InputRefused.because(f"rol '{role}' bestaat niet; kies uit {', '.join(Role)}") from None
    kind, _, key = scope.strip().partition(":")
    kind = kind.lower()
    if kind == "installatie":
        key = "*"
    if kind not in SCOPES_OF[known] or not key:
        wanted = " of ".join(f"{item}:…" for item in SCOPES_OF[known])
        raise InputRefused.because(f"bereik '{scope}' past niet bij de rol {known}; verwacht {wanted}")
    return Grant(known, Owner(kind, key.upper() if kind == "school" else key))


class AccountService:
    """Accounts over the database."""

    def __init__(self, database: Database, config: Config, clock: Callable[[], datetime], passwords: Passwords) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        self._passwords = passwords

    def accounts(self) -> list[AccountRow]:
        """Return every account with its grants, by address."""
        with self._database.read() as session:
            store = AccountStore(session)
            return [self._to_row(store, account) for account in store.all_accounts()]

    def _to_row(self, store: AccountStore, account: Account) -> AccountRow:
        grants = store.grants(account.id)
        password = store.password(account.id)
        return AccountRow(
            id=account.id,
            email=account.email,
            name=account.name,
            grants=tuple(Grant(Role(role), Owner(kind, key)) for role, kind, key, _ in grants),
            scope_names=tuple(grant.name for grant in grants),
            ended_at=account.ended_at,
            second_step=bool(password and password.totp_secret),
        )

    def invite(self, email: str, grants: Iterable[Grant], by: str) -> str:
        """Make a one-time invitation.

        Returns
        -------
        str
            The secret token for the link; it is shown once and only its digest is stored.
        """
        email = email.strip().lower()
        if "@" not in email or email != email.strip() or len(email) > 254 or " " in email:
            raise InputRefused.because(f"'{email}' is geen e-mailadres")
        now = self._clock()
        token = secrets.token_urlsafe(32)
        wanted = tuple(grants)
        with self._database.write() as session:
            store = AccountStore(session)
            if store.by_email(email) is not None:
                raise InputRefused.because(f"Er is al een account voor {email}.")
            for grant in wanted:
                if not store.scope_exists(grant.scope.kind, grant.scope.key):
                    raise InputRefused.because(
                        f"{grant.scope.kind} '{grant.scope.key}' is niet bekend; importeer het register eerst"
                    )
            store.add_invitation(
                Invitation(
                    token_digest=digest_of(token),
                    email=email,
                    grants=[[str(g.role), g.scope.kind, g.scope.key] for g in wanted],
                    created_by=by,
                    created_at=now,
                    expires_at=now + timedelta(days=self._config["STAGEROUTE_INVITATION_DAYS"]),
                )
            )
            audit.append(
                session,
                at=now,
                actor=by,
                action="uitgenodigd",
                object_kind="account",
                object_id=email,
                after={"rollen": [f"{g.role} {g.scope}" for g in wanted]},
            )
        return token

    def invitation_email(self, token: str) -> str:
        """Return whom an invitation is for; raises :class:`InputRefused` when it is used, expired or unknown."""
        with self._database.read() as session:
            return self._live_invitation(AccountStore(session), token).email

    def _live_invitation(self, store: AccountStore, token: str) -> Invitation:
        row = store.invitation_by_digest(digest_of(token))
        if row is None or row.used_at is not None or row.expires_at <= self._clock():
            raise InputRefused.because(INVITATION_DEAD)
        return row

    def accept_invitation(self, token: str, name: str, password: str) -> int:
        """Make the account of an invitation; returns its number."""
        if not name.strip():
            raise InputRefused.because("Vul uw naam in.")
        password_hash = self._passwords.hash(password)
        now = self._clock()
        with self._database.write() as session:
            store = AccountStore(session)
            row = self._live_invitation(store, token)
            if store.by_email(row.email) is not None:
                raise InputRefused.because(INVITATION_DEAD)
            row.used_at = now
            account = store.add(
                row.email, name.strip()[:120], now, [(str(r), str(k), str(s)) for r, k, s in row.grants]
            )
            store.set_password(account.id, password_hash, now)
            self._note(session, row.email, "account gemaakt uit uitnodiging", account.id)
            return account.id

    def add_demo_account(self, email: str, name: str, password: str, grants: Iterable[Grant]) -> int:
        """Add an account with a known password; refused in production."""
        if self._config.production:
            raise InputRefused.because("Demo-accounts kunnen niet in productie.")
        now = self._clock()
        with self._database.write() as session:
            store = AccountStore(session)
            account = store.add(email, name, now, [(str(g.role), g.scope.kind, g.scope.key) for g in grants])
            store.set_password(account.id, self._passwords.hash(password), now)
            self._note(session, "installatie", "demo-account gemaakt", account.id)
            return account.id

    def end_account(self, account_id: int, by: Principal) -> None:
        """End an account on this moment; its sessions end with it, its history stays."""
        if account_id == by.account_id:
            raise InputRefused.because("U kunt uw eigen account niet beëindigen; vraag een andere beheerder.")
        now = self._clock()
        with self._database.write() as session:
            store = AccountStore(session)
            account = store.by_id(account_id)
            if account is None:
                raise InputRefused.because("Dit account bestaat niet.")
            account.ended_at = now
            store.revoke_sessions(account_id, now)
            self._note(session, by.label, "account beëindigd", account_id)

    def reset_second_step(self, account_id: int, by: Principal) -> None:
        """Switch the second step of somebody who lost the phone off; that person's sessions end."""
        with self._database.write() as session:
            store = AccountStore(session)
            row = store.password(account_id)
            if row is None:
                raise InputRefused.because("Dit account bestaat niet.")
            row.totp_secret, row.totp_last_step = None, None
            store.revoke_sessions(account_id, self._clock())
            self._note(session, by.label, "tweede stap uitgezet", account_id)

    def _note(self, session: Session, actor: str, action: str, account_id: int) -> None:
        audit.append(
            session, at=self._clock(), actor=actor, action=action, object_kind="account", object_id=str(account_id)
        )
