"""The secret key, cookies, and the headers on every response."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.wrappers import Response

from usecases.people.secret import load_secret
from usecases.settings import Config

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)

PDOK = "https://service.pdok.nl"


def content_security_policy(config: Config) -> str:
    """Return the policy of this installation; the map of PDOK is let in only where it is switched on."""
    if not config["STAGEROUTE_PDOK_BACKGROUND"]:
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {PDOK}").replace(
        "connect-src 'self'", f"connect-src 'self' {PDOK}"
    )


HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def configure(app: Flask, config: Config) -> None:
    """Set the cookie and its key, and put the headers on every response."""
    app.config.update(
        SECRET_KEY=load_secret(config.home),
        SESSION_COOKIE_NAME="__Host-stageroute" if config.production else "stageroute",
        SESSION_COOKIE_SECURE=config.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=config["STAGEROUTE_UPLOAD_MB"] * 1_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        WTF_CSRF_TIME_LIMIT=None,
    )

    policy = content_security_policy(config)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if config.production:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def serve_static(app: Flask) -> None:
    """Serve ``/static/`` before Flask does: compressed, hashed names for ever, with the same headers."""
    from whitenoise import WhiteNoise

    def add_headers(headers: Any, _path: str, _url: str) -> None:
        for name, value in HEADERS.items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign] # WSGI middleware is put in this way
        app.wsgi_app,
        root=app.static_folder,
        prefix="static/",
        allow_all_origins=False,
        max_age=3600,
        immutable_file_test=lambda _path, url: "/dist/" in url and not url.endswith("manifest.json"),
        add_headers_function=add_headers,
    )
