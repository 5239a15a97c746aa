"""Texts of templates in the language of the reader.

Templates are compiled once per language, with every fixed text already translated: a page has some eighty texts, and
looking each of them up for every reader cost more than the page itself (ADR 83).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.support import Translations
from flask import g
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from babel.support import NullTranslations
    from flask import Flask
    from flask.sansio.app import App
    from jinja2 import Template
    from jinja2.compiler import Frame

LANGUAGES = ("nl", "en")
_FOLDER = Path(__file__).parent.parent / "translations"
_FUNCTIONS = {"_", "gettext"}
_SPECIAL = re.compile(r"""[&<>"']""").search


@cache
def load_catalogue(language: str) -> NullTranslations:
    """Load the texts of one language; Dutch is what the templates are written in, and has none."""
    return Translations.load(_FOLDER, [language])


class FixedTexts(NodeTransformer):
    """Puts the translation in the place of ``_('…')``; a text that is not fixed is looked up when it is shown.

    Dutch and English have one form for one and another for every other number, nought included.

    Parameters
    ----------
    catalogue
        Gives the translation of a Dutch text.
    """

    def __init__(self, catalogue: NullTranslations) -> None:
        self._catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor finds it by this name
        """Replace one call, after those inside of it."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        texts = [text.value for text in node.args[:2] if isinstance(text, nodes.Const)]
        if node.dyn_args or node.dyn_kwargs:
            return node
        values = {word.key: word.value for word in node.kwargs}
        if name in _FUNCTIONS and len(node.args) == len(texts) == 1:
            return _filled(self._catalogue.ugettext(texts[0]), values, node)
        if name == "ngettext" and len(node.args) == 3 and len(texts) == 2:
            count = node.args[2]
            one, more = (
                _filled(self._catalogue.ungettext(texts[0], texts[1], n), {"num": count, **values}, node)
                for n in (1, 2)
            )
            return nodes.CondExpr(nodes.Compare(count, [nodes.Operand("eq", nodes.Const(1))]), one, more)
        return node


def _filled(text: str, values: Mapping[str, nodes.Expr], node: nodes.Node) -> nodes.Expr:
    """An expression that gives the text, with values escaped; a text without values is fixed."""
    line = node.lineno
    if not values:
        return nodes.MarkSafe(nodes.Const(text % {}, lineno=line), lineno=line)
    pairs = [nodes.Pair(nodes.Const(name, lineno=line), value, lineno=line) for name, value in values.items()]
    fixed = nodes.MarkSafe(nodes.Const(text, lineno=line), lineno=line)
    return nodes.Mod(fixed, nodes.Dict(pairs, lineno=line), lineno=line)


def shown(value: object) -> str:
    """Escape a value for a page, as :func:`markupsafe.escape` does; most values have nothing to escape."""
    if type(value) is str and not _SPECIAL(value):
        return value
    return value if type(value) is Markup else escape(value)


class _Writer(CodeGenerator):
    """Writes templates that show their values with :func:`shown`; a page shows a thousand of them."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


class TranslatedEnvironment(Environment):
    """The templates of the application; a template is given out in the language of the request."""

    code_generator_class = _Writer
    language: str | None = None
    shown = staticmethod(shown)

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._languages: dict[str, TranslatedEnvironment] = {}

    def in_language(self, language: str) -> TranslatedEnvironment:
        """Return the templates in one language; filters and functions are shared."""
        found = self._languages.get(language)
        if found is None:
            found = self.overlay()
            found.language = language
            self._languages[language] = found
        return found

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - of jinja2
        if self.language is None:
            locale = get_locale()
            chosen = self.in_language(str(locale) if locale else LANGUAGES[0])
            return chosen._load_template(name, globals)  # noqa: SLF001 - of another one of our own
        return super()._load_template(name, globals)

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        if self.language is not None:
            source = FixedTexts(load_catalogue(self.language)).visit(source)
        return super()._generate(source, *arguments, **options)


def _catalogue() -> NullTranslations:
    found: NullTranslations | None = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_translations()
    return found


def install(app: Flask) -> None:
    """Let ``_()`` of a text that is not fixed find its catalogue once per request."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # comes with jinja2.ext.i18n
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, more, count: _catalogue().ungettext(one, more, count),
        newstyle=True,
    )
