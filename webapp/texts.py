"""Texts of templates in the language of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g
from flask_babel import get_translations

if TYPE_CHECKING:
    from babel.support import NullTranslations
    from flask import Flask


def _catalogue() -> NullTranslations:
    found: NullTranslations | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


def install(app: Flask) -> None:
    """Let ``_()`` in templates find its catalogue once per request; Flask-Babel looks it up for every text."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # comes with jinja2.ext.i18n
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, more, count: _catalogue().ungettext(one, more, count),
        newstyle=True,
    )
