"""Use cases of accounts: log in, second step, sessions, invitations.

A password is one way in. It stands in a table of its own, so that OpenID Connect (Entree Federatie, SURFconext) can be
added as a second way that ends in the same :meth:`AccountService.open_session`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data import audit
from data.account_store import AccountStore
from data.faults import InputRefused
from data.session import Database, Session
from data.tables.accounts import Account, AccountSession, Invitation
from webapp.access import SCOPES_OF, Grant, Owner, Principal, Role
from webapp.settings import Config

MINIMUM_PASSWORD = 12
_THROTTLE_WINDOW = timedelta(minutes=15)
_TOUCH_EVERY = timedelta(minutes=1)
WRONG = "Het e-mailadres of het wachtwoord klopt niet."
THROTTLED = "Er is te vaak geprobeerd in te loggen. Wacht een kwartier en probeer het opnieuw."
INVITATION_DEAD = "Deze uitnodiging is al gebruikt of verlopen. Vraag de beheerder om een nieuwe."


class LoginRefused(InputRefused):
    """The login did not succeed; the sentence is the same whether the account exists or not."""


class LoginThrottled(LoginRefused):
    """Too many attempts in a quarter of an hour."""


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


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token; only digests are stored."""
    return hashlib.sha256(token.encode()).hexdigest()


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
    """Accounts and sessions over the database."""

    def __init__(self, database: Database, config: Config, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        # The demo and the tests hash often; production uses the library's (RFC 9106 low memory) defaults.
        self._hasher = (
            PasswordHasher() if config.production else PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        )
        self._nobody = self._hasher.hash("an account that does not exist takes as long as one that does")

    # -- coming in -----------------------------------------------------------------------------------------------------

    def log_in(self, email: str, password: str, address: str, browser: str = "") -> str:
        """Check a password and open a session.

        Returns
        -------
        str
            The secret token of the session, for the cookie.

        Raises
        ------
        LoginThrottled
            Too many attempts on this account or from this address.
        LoginRefused
            Unknown account, wrong password or ended account: one sentence for all three.
        """
        now = self._clock()
        account_key = digest_of(f"account {email.strip().lower()}")
        address_key = digest_of(f"address {address}")
        limit = self._config["STAGEROUTE_LOGIN_TRIES"]
        with self._database.write() as session:
            store = AccountStore(session)
            store.forget_attempts(before=now - _THROTTLE_WINDOW)
            store.add_attempt((account_key, address_key), now)
        with self._database.read() as session:
            store = AccountStore(session)
            since = now - _THROTTLE_WINDOW
            if store.attempts(account_key, since) > limit or store.attempts(address_key, since) > 4 * limit:
                raise LoginThrottled.because(THROTTLED)
            account = store.by_email(email)
            row = store.password(account.id) if account else None
        right = self._matches(row.hash if row else self._nobody, password)
        if account is None or row is None or not right or account.ended_at is not None:
            raise LoginRefused.because(WRONG)
        with self._database.write() as session:
            AccountStore(session).forget_attempts(key=account_key)
        return self.open_session(account.id, browser, pending=row.totp_secret is not None)

    def open_session(self, account_id: int, browser: str, *, pending: bool = False) -> str:
        """Open a session for an account that proved who it is; every way in ends here."""
        now = self._clock()
        token = secrets.token_urlsafe(32)
        with self._database.write() as session:
            store = AccountStore(session)
            store.add_session(
                AccountSession(
                    token_digest=digest_of(token),
                    account_id=account_id,
                    created_at=now,
                    seen_at=now,
                    browser=browser[:80],
                    totp_pending=pending,
                )
            )
            account = store.by_id(account_id)
            audit.append(
                session,
                at=now,
                actor=account.email if account else str(account_id),
                action="ingelogd",
                object_kind="account",
                object_id=str(account_id),
            )
        return token

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def principal(self, token: str) -> Principal | None:
        """Return who holds a session token, or ``None`` when the session is unknown, revoked or timed out."""
        now = self._clock()
        with self._database.read() as session:
            store = AccountStore(session)
            row = store.session_by_digest(digest_of(token))
            if row is None or row.revoked_at is not None or self._timed_out(row, now):
                return None
            account = store.by_id(row.account_id)
            if account is None or account.ended_at is not None:
                return None
            password = store.password(account.id)
            person = self._to_principal(store, account, row, has_second_step=bool(password and password.totp_secret))
        if now - row.seen_at > _TOUCH_EVERY:
            with self._database.write() as session:
                AccountStore(session).touch(row.id, now)
        return person

    def _timed_out(self, row: AccountSession, now: datetime) -> bool:
        idle = timedelta(minutes=self._config["STAGEROUTE_IDLE_MINUTES"])
        absolute = timedelta(hours=self._config["STAGEROUTE_SESSION_HOURS"])
        return now - row.seen_at > idle or now - row.created_at > absolute

    def _to_principal(
        self, store: AccountStore, account: Account, row: AccountSession, *, has_second_step: bool
    ) -> Principal:
        grants = tuple(Grant(Role(role), Owner(kind, key)) for role, kind, key in store.grants(account.id))
        must = self._config.production and not has_second_step and any(g.role is Role.BEHEERDER for g in grants)
        return Principal(
            account_id=account.id,
            label=account.email,
            name=account.name,
            grants=grants,
            schools_of={grant: store.schools_within(grant.scope.kind, grant.scope.key) for grant in grants},
            session_id=row.id,
            language=account.language,
            needs_second_step=row.totp_pending,
            must_set_second_step=must,
        )

    # -- second step ---------------------------------------------------------------------------------------------------

    def new_second_step(self, person: Principal) -> tuple[str, str]:
        """Return a new TOTP secret and its ``otpauth://`` address; nothing is stored yet."""
        secret = pyotp.random_base32()
        return secret, pyotp.TOTP(secret).provisioning_uri(name=person.label, issuer_name="Stageroute")

    def set_second_step(self, person: Principal, secret: str, code: str) -> None:
        """Switch the second step on once the person shows that the app works."""
        now = self._clock()
        if not pyotp.TOTP(secret).verify(code.strip(), for_time=now, valid_window=1):
            raise InputRefused.because("De code klopt niet. Kijk of de klok van uw telefoon goed staat.")
        with self._database.write() as session:
            row = AccountStore(session).password(person.account_id)
            if row is None:
                raise InputRefused.because("Dit account heeft geen wachtwoord.")
            row.totp_secret = secret
            self._note(session, person.label, "tweede stap aangezet", person.account_id)

    def check_second_step(self, person: Principal, code: str) -> None:
        """Check a TOTP code of a session that waits for it; a code works once."""
        now = self._clock()
        key = digest_of(f"totp {person.account_id}")
        with self._database.write() as session:
            AccountStore(session).add_attempt((key,), now)
        with self._database.write() as session:
            store = AccountStore(session)
            if store.attempts(key, now - _THROTTLE_WINDOW) > self._config["STAGEROUTE_LOGIN_TRIES"]:
                raise LoginThrottled.because(THROTTLED)
            row, login = store.password(person.account_id), session.get(AccountSession, person.session_id)
            step = int(now.timestamp()) // 30
            if row is None or row.totp_secret is None or login is None:
                raise LoginRefused.because(WRONG)
            totp = pyotp.TOTP(row.totp_secret)
            fitting = [
                s for s in (step - 1, step, step + 1) if secrets.compare_digest(totp.generate_otp(s), code.strip())
            ]
            if not fitting or (row.totp_last_step is not None and fitting[0] <= row.totp_last_step):
                raise LoginRefused.because("De code klopt niet of is al gebruikt. Wacht op de volgende code.")
            row.totp_last_step = fitting[0]
            login.totp_pending = False
            store.forget_attempts(key=key)

    # -- sessions ------------------------------------------------------------------------------------------------------

    def log_out(self, person: Principal) -> None:
        """End the session that asks."""
        self.revoke_session(person, person.session_id)

    def sessions(self, person: Principal) -> list[AccountSession]:
        """Return the open sessions of a person, newest first."""
        now = self._clock()
        with self._database.read() as session:
            return [row for row in AccountStore(session).sessions(person.account_id) if not self._timed_out(row, now)]

    def revoke_session(self, person: Principal, session_id: int) -> None:
        """End one session of this person; another person's number does nothing."""
        with self._database.write() as session:
            AccountStore(session).revoke_sessions(person.account_id, self._clock(), only=session_id)
            self._note(session, person.label, "sessie beëindigd", person.account_id)

    def revoke_other_sessions(self, person: Principal) -> int:
        """End all other sessions of this person; returns how many."""
        with self._database.write() as session:
            self._note(session, person.label, "andere sessies beëindigd", person.account_id)
            return AccountStore(session).revoke_sessions(person.account_id, self._clock(), keep=person.session_id)

    def change_password(self, person: Principal, old: str, new: str) -> None:
        """Change a password; every other session ends."""
        with self._database.read() as session:
            row = AccountStore(session).password(person.account_id)
        if row is None or not self._matches(row.hash, old):
            raise InputRefused.because("Het huidige wachtwoord klopt niet.")
        new_hash = self._hasher.hash(_checked_password(new))
        with self._database.write() as session:
            store = AccountStore(session)
            store.set_password(person.account_id, new_hash, self._clock())
            store.revoke_sessions(person.account_id, self._clock(), keep=person.session_id)
            self._note(session, person.label, "wachtwoord gewijzigd", person.account_id)

    def set_language(self, person: Principal, language: str) -> None:
        """Remember the language of a person."""
        with self._database.write() as session:
            account = AccountStore(session).by_id(person.account_id)
            if account is not None:
                account.language = language

    # -- the beheerder -------------------------------------------------------------------------------------------------

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
            grants=tuple(Grant(Role(role), Owner(kind, key)) for role, kind, key in grants),
            scope_names=tuple(store.scope_name(kind, key) for _, kind, key in grants),
            ended_at=account.ended_at,
            second_step=bool(password and password.totp_secret),
        )

    def scope_names(self, person: Principal) -> list[str]:
        """Return the names of a person's schools, besturen or regions, as that person knows them."""
        with self._database.read() as session:
            store = AccountStore(session)
            return list(dict.fromkeys(store.scope_name(grant.scope.kind, grant.scope.key) for grant in person.grants))

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
        password_hash = self._hasher.hash(_checked_password(password))
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
            store.set_password(account.id, self._hasher.hash(password), now)
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


def _checked_password(password: str) -> str:
    if len(password) < MINIMUM_PASSWORD:
        raise InputRefused.because(f"Kies een wachtwoord van ten minste {MINIMUM_PASSWORD} tekens.")
    if len(password) > 200:
        raise InputRefused.because("Kies een wachtwoord van ten hoogste 200 tekens.")
    return password
