"""Use cases of coming in: password, second step, sessions that end.

A password is one way in. It stands in a table of its own, so that OpenID Connect (Entree Federatie, SURFconext) can be
added as a second way that ends in the same :meth:`LoginService.open_session`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp

from data import audit
from data.account_store import AccountStore, Holder
from data.faults import InputRefused
from data.session import Database, Session
from data.tables.accounts import AccountSession
from usecases.people.passwords import Passwords
from usecases.people.roles import Grant, Owner, Principal, Role
from usecases.settings import Config

_THROTTLE_WINDOW = timedelta(minutes=15)
_TOUCH_EVERY = timedelta(minutes=1)
WRONG = "Het e-mailadres of het wachtwoord klopt niet."
THROTTLED = "Er is te vaak geprobeerd in te loggen. Wacht een kwartier en probeer het opnieuw."


class LoginRefused(InputRefused):
    """The login did not succeed; the sentence is the same whether the account exists or not."""


class LoginThrottled(LoginRefused):
    """Too many attempts in a quarter of an hour."""


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token; only digests are stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def describe_browser(user_agent: str) -> str:
    """Return what a person recognises, such as ``Firefox op Windows``; nothing more is stored of the browser."""
    # The order matters: every browser also names the ones it descends from.
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac",
               "CrOS": "Chromebook", "Linux": "Linux"}  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in user_agent), "")
    system = next((name for mark, name in systems.items() if mark in user_agent), "")
    return " op ".join(part for part in (browser, system) if part) or "onbekend apparaat"


class LoginService:
    """Logins and sessions over the database."""

    def __init__(self, database: Database, config: Config, clock: Callable[[], datetime], passwords: Passwords) -> None:
        self._database = database
        self._config = config
        self._clock = clock
        self._passwords = passwords

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
        right = self._passwords.matches(row.hash if row else None, password)
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
                    browser=describe_browser(browser),
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

    def principal(self, token: str) -> Principal | None:
        """Return who holds a session token, or ``None`` when the session is unknown, revoked or timed out."""
        now = self._clock()
        with self._database.read() as session:
            store = AccountStore(session)
            found = store.holder_of(digest_of(token))
            if found is None or found.revoked_at or found.ended_at or self._timed_out(found, now):
                return None
            person = self._to_principal(store, found)
        if now - found.seen_at > _TOUCH_EVERY:
            with self._database.write() as session:
                AccountStore(session).touch(found.session_id, now)
        return person

    def forget_in(self, session: Session, moment: datetime) -> int:
        """Forget sessions and invitations that were over before a moment; return how many."""
        return AccountStore(session).forget_before(moment, self._config["STAGEROUTE_SESSION_HOURS"])

    def _timed_out(self, row: AccountSession | Holder, now: datetime) -> bool:
        idle = timedelta(minutes=self._config["STAGEROUTE_IDLE_MINUTES"])
        absolute = timedelta(hours=self._config["STAGEROUTE_SESSION_HOURS"])
        return now - row.seen_at > idle or now - row.created_at > absolute

    def _to_principal(self, store: AccountStore, found: Holder) -> Principal:
        grants = tuple(Grant(Role(role), Owner(kind, key)) for role, kind, key, _ in found.grants)
        must = self._config.production and not found.has_second_step and any(g.role is Role.BEHEERDER for g in grants)
        return Principal(
            account_id=found.account_id,
            label=found.email,
            name=found.name,
            grants=grants,
            scope_names=tuple(grant.name for grant in found.grants),
            schools_of={grant: store.schools_within(grant.scope.kind, grant.scope.key) for grant in grants},
            session_id=found.session_id,
            language=found.language,
            needs_second_step=found.totp_pending,
            must_set_second_step=must,
        )

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
        if row is None or not self._passwords.matches(row.hash, old):
            raise InputRefused.because("Het huidige wachtwoord klopt niet.")
        new_hash = self._passwords.hash(new)
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

    def _note(self, session: Session, actor: str, action: str, account_id: int) -> None:
        audit.append(
            session, at=self._clock(), actor=actor, action=action, object_kind="account", object_id=str(account_id)
        )
