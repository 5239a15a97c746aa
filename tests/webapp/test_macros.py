"""Who builds a page finds every part in the guide, and the guide names nothing that is not there."""

import re
from pathlib import Path

import pytest
from markupsafe import Markup

ROOT = Path(__file__).resolve().parents[2]
MACROS = ROOT / "webapp" / "templates" / "macros"
GUIDE = (ROOT / "docs" / "frontend.md").read_text("utf-8")
SHARED = ("page", "errors", "forms", "table", "chain", "charts", "map", "words")


def names(file):
    return re.findall(r"\{%-? macro ([a-z][a-z_]*)\(", (MACROS / f"{file}.html").read_text("utf-8"))


def test_the_guide_names_every_shared_macro_in_the_row_of_its_file():
    missing = []
    for file in SHARED:
        rows = "\n".join(line for line in GUIDE.splitlines() if line.startswith(f"| {file} |"))
        missing += [f"{file}: {name}" for name in names(file) if not re.search(rf"\b{name}\b", rows)]
    assert missing == []


@pytest.fixture
def macros(app):
    def load(file):
        with app.test_request_context():
            return app.jinja_env.get_template(f"macros/{file}.html").make_module({})

    return load


def test_a_field_with_a_fault_is_tied_to_its_words(app, macros):
    with app.test_request_context():
        html = macros("forms").field(
            "postcode", "Postcode", "35", help="Vier cijfers mag.", error="Vul een postcode in."
        )
    assert 'aria-describedby="fout-postcode hulp-postcode"' in html
    assert 'aria-invalid="true"' in html
    assert '<label class="field__label" for="veld-postcode">' in html


def test_a_password_is_never_written_back(app, macros):
    with app.test_request_context():
        html = macros("forms").field("password", "Wachtwoord", "geheim", type="password")
    assert "geheim" not in html


def test_what_a_person_typed_cannot_become_markup(app, macros):
    with app.test_request_context():
        html = macros("forms").field("naam", "Naam", '"><script>alert(1)</script>')
        table = macros("page").facts([("Naam", "<b>x</b>"), ("Leeg", None)])
    assert "<script>" not in html
    assert "<b>" not in table
    assert "onbekend" in table


def test_a_chart_writes_its_numbers_beside_its_drawing(app, macros):
    bins = [{"label": "0–10", "a": 2, "b": 1}, {"label": "10–20", "a": 0, "b": 3}]
    with app.test_request_context():
        html = macros("charts").histogram("Reistijd", bins, "nu", "straks", unit="minuten")
        empty = macros("charts").bars("Niets", [], ("School", "Bedrag"))
    assert html.count("<tr>") == 3
    assert 'height="160.0"' in html
    assert "<tbody>" in empty
    assert isinstance(html, Markup)


def test_an_unknown_value_draws_no_dot(app, macros):
    rows = [{"label": "a", "value": 0, "text": "0%"}, {"label": "b", "value": None, "text": "onbekend"}]
    with app.test_request_context():
        html = macros("charts").dots("Bereik", rows, ("Gemeente", "Bereik"))
    assert html.count('class="dot"') == 1
