"""Templates speak the language of the reader, and macros read nothing but what they are given."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta
from markupsafe import Markup, escape

from webapp.page.texts import LANGUAGES, shown

TEMPLATES = Path(__file__).resolve().parents[2] / "webapp" / "templates"
WITHOUT_CONTEXT = re.compile(r"""{%-? *(?:from|import) ["']([^"']+)["'](?![^%]*with context)""")
SET_AND_READ = {"query", "other"}  # given a value in one branch of the macro itself


def render(app, language, source, **values):
    return app.jinja_env.in_language(language).from_string(source).render(**values)


@pytest.mark.parametrize(("language", "word"), [("nl", "Inloggen"), ("en", "Log in")])
def test_a_fixed_text_is_in_the_compiled_template_already(app, language, word):
    templates = app.jinja_env.in_language(language)
    code = templates.compile("<p>{{ _('Inloggen') }}</p>", raw=True)
    assert f"<p>{word}</p>" in code
    assert "gettext" not in code


@given(st.one_of(st.text(), st.integers(), st.text().map(Markup), st.none(), st.lists(st.text())))
def test_a_value_is_escaped_as_jinja_does(value):
    assert str(shown(value)) == str(escape(value))


def test_what_a_macro_or_a_block_makes_is_not_escaped_twice(app):
    source = "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{% set s %}<i>{{ m(v) }}</i>{% endset %}{{ s }}{{ m('&') }}"
    assert render(app, "nl", source, v="<") == "<i><b>&lt;</b></i><b>&amp;</b>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_in_a_text_is_escaped_and_the_text_is_not(app, language):
    page = render(app, language, "{{ _('Van %(a)s naar %(b)s', a=name, b=name) }}", name="<b>&")
    assert page.count("&lt;b&gt;&amp;") == 2
    assert render(app, language, "{{ _('100%% van <b>') }}") == "100% van <b>"


@pytest.mark.parametrize(("language", "words"), [("nl", ["2 plekken", "1 plek"]), ("en", ["2 seats", "1 seat"])])
def test_a_text_about_a_number_has_the_form_for_that_number(app, language, words):
    source = "{{ ngettext('%(num)s plek vrij', '%(num)s plekken vrij', count) }}"
    shown = [render(app, language, source, count=count) for count in (0, 1, 2)]
    assert shown[2].startswith(words[0])
    assert shown[1].startswith(words[1])
    assert shown[0] == shown[2].replace("2", "0")
    assert "gettext" not in app.jinja_env.in_language(language).compile(source, raw=True)


def test_a_text_within_a_text_is_translated_too(app):
    source = "{{ _('Van %(a)s naar %(b)s', a=_('Inloggen'), b=_('Inloggen')) }}"
    assert "Log in" in render(app, "en", source)


def test_a_text_that_is_not_fixed_is_looked_up_in_the_request(app):
    with app.test_request_context(headers={"Cookie": ""}):
        assert render(app, "nl", "{{ _(word) }}", word="Inloggen") == "Inloggen"


def test_two_readers_of_one_server_each_read_their_own_language(app):
    readers = {language: app.test_client() for language in LANGUAGES}
    for language, client in readers.items():
        with client.session_transaction() as session:
            session["language"] = language
    for _ in range(2):
        assert "Wachtwoord" in readers["nl"].get("/inloggen").text
        assert "Password" in readers["en"].get("/inloggen").text


def test_a_macro_that_is_imported_without_context_reads_no_variable_of_the_page(app):
    imported = {name for path in TEMPLATES.rglob("*.html") for name in WITHOUT_CONTEXT.findall(path.read_text("utf-8"))}
    assert len(imported) > 5
    env = app.jinja_env
    strange = {
        name: unknown
        for name in sorted(imported)
        if (
            unknown := meta.find_undeclared_variables(env.parse(env.loader.get_source(env, name)[0]))
            - set(env.globals) - SET_AND_READ - {"caller"}
        )
    }  # fmt: skip
    assert strange == {}
