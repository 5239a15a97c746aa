# ruff: noqa: E501 - one refusal per line reads as a table
"""The rule file: what it must say, and how it is refused with place and value."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from making import regeling, rule_text

from subsidy.apportionment import TieBreak
from subsidy.errors import MissingParameterError, RegelingError, TermsError
from subsidy.money import Rounding
from subsidy.parameters import PARAMETERS, Level, Method, Moment, OddCent, Window
from subsidy.regeling import Known, LegalSource, Unknown, parse_regeling
from subsidy.telling import Status
from subsidy.terms import Terms, terms_of

TEXT = rule_text()
BUDGET = 'value = "2000000.00"\nunit = "euro"\nstatus = "bevestigd"\n'
METHOD = 'value = "closed_budget"\nunit = "keuze"\nstatus = "aanname"\n'


def refused(text):
    with pytest.raises(RegelingError) as caught:
        parse_regeling(text, "x.toml")
    return str(caught.value)


def replaced(old, new):
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


def test_the_scheme_of_2024_2026_is_complete_and_computable():
    found = regeling()
    assert (found.regeling_id, found.version) == ("reiskosten-2024-2026", date(2024, 8, 30))
    assert found.title.startswith("Subsidieregeling tegemoetkoming reiskosten entreeleerlingen praktijkonderwijs")
    assert found.computable
    assert found.missing == ()
    assert list(found.parameters) == list(PARAMETERS)
    assert found.value("budget", int) == 200_000_000
    assert found.value("teldatum", date) == date(2023, 10, 1)
    assert found.value("telling_status", Status) is Status.VOORLOPIG
    assert found.windows == (
        Window(date(2024, 7, 1), date(2024, 12, 31)), Window(date(2025, 4, 1), date(2025, 6, 30)),
    )  # fmt: skip
    assert found.value("schooljaren", tuple) == ("2024/2025", "2025/2026")
    assert found.parameters["budget"].source == LegalSource(
        "Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs (46515518)", "par. 1.3", "2024-08-30"
    )
    assert str(found.parameters["budget"].source) == (
        "Kamerbrief ontwikkelingen en knelpunten in het praktijkonderwijs (46515518), par. 1.3 (2024-08-30)"
    )
    assert found.parameters["budget"].kind.label == "budget"
    assert len(found.digest) == 64
    assert found.digest == regeling().digest != regeling("reiskosten-2027-2028").digest


def test_what_is_not_published_is_an_assumption_with_a_reason():
    names = [found.name for found in regeling().assumptions]
    assert names == [
        "method", "rounding", "level", "tie_break", "odd_cent", "schooljaar_per_deel", "minimum_amount",
        "successor_rule",
    ]  # fmt: skip
    assert all(found.note for found in regeling().assumptions)


def test_the_terms_are_those_of_the_file():
    assert terms_of(regeling()) == Terms(
        200_000_000, Method.CLOSED_BUDGET, Level.VESTIGING, Fraction(1, 2), OddCent.FIRST, TieBreak.LOWEST_CODE
    )


def test_the_extension_names_everything_that_is_unknown():
    found = regeling("reiskosten-2027-2028")
    assert not found.computable
    assert found.windows == (None, None)
    assert isinstance(found.parameters["budget"], Unknown)
    assert found.parameters["budget"].status == "onbekend"
    assert found.parameters["budget"].kind.label == "budget"
    with pytest.raises(MissingParameterError) as caught:
        terms_of(found)
    assert str(caught.value) == (
        "Regeling reiskosten-2027-2028 kan niet worden berekend: onbekend is budget (budget), teldatum (teldatum), "
        "telling_status (status van de telling), first_share (aandeel van het eerste deel), window_1 (betaalvenster "
        "van het eerste deel), window_2 (betaalvenster van het tweede deel)."
    )
    with pytest.raises(MissingParameterError) as caught:
        found.value("budget", int)
    assert str(caught.value) == "Van regeling reiskosten-2027-2028 is nog niet bekend: budget (budget)."
    assert caught.value.names == ("budget",)


def test_a_value_of_another_kind_is_as_good_as_unknown():
    assert regeling().optional("teldatum", int) is None


def test_a_number_with_a_point_is_refused_with_its_place_and_value():
    assert refused(replaced('value = "2000000.00"', "value = 2000000.00")) == (
        "x.toml: parameters.budget.value is 2000000.00; een getal met een punt is niet exact, schrijf het als tekst."
    )
    assert refused(replaced("value = [2024-07-01, 2024-12-31]", "value = [2024-07-01, 0.5]")) == (
        "x.toml: parameters.window_1.value[2] is 0.5; een getal met een punt is niet exact, schrijf het als tekst."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[regeling]\n", "[regeling]\nbudget = 1\n", "x.toml: [regeling]: onbekende sleutel 'budget'; verwacht id, version, title."),
        ("[regeling]\n", "[anders]\n[regeling]\n", "x.toml: onbekende sleutel 'anders'; verwacht regeling, parameters."),
        (BUDGET, BUDGET + 'valuta = "euro"\n',
         "x.toml: [parameters.budget]: onbekende sleutel 'valuta'; verwacht value, unit, status, source, note."),
        ("[parameters.payer]\n", "[parameters.betaler]\n", f"x.toml: [parameters]: onbekende sleutel 'betaler'; verwacht {', '.join(PARAMETERS)}."),
        ('id = "reiskosten-2024-2026"\n', "", "x.toml: [regeling]: sleutel 'id' ontbreekt; een onbekende waarde wordt genoemd met status \"onbekend\"."),
        ('id = "reiskosten-2024-2026"\n', "id = 5\n", "x.toml: [regeling] id is 5; verwacht tekst."),
        ('title = "Subsidieregeling', 'title = " "\n#', "x.toml: [regeling] title is ' '; verwacht tekst."),
        ("version = 2024-08-30", 'version = "2024"', "x.toml: [regeling] version is '2024'; verwacht een datum."),
        (BUDGET, BUDGET.replace('"euro"', '"cent"'), 'x.toml: [parameters.budget] unit is \'cent\'; verwacht "euro".'),
        (BUDGET, BUDGET.replace("bevestigd", "zeker"), "x.toml: [parameters.budget] status is 'zeker'; verwacht bevestigd, aanname of onbekend."),
        (BUDGET, BUDGET.replace('value = "2000000.00"\n', ""), "x.toml: [parameters.budget]: sleutel 'value' ontbreekt bij status \"bevestigd\"."),
        (BUDGET, BUDGET.replace("bevestigd", "onbekend"), "x.toml: [parameters.budget] value is '2000000.00', maar de status is \"onbekend\"."),
        (METHOD, METHOD.replace("aanname", "bevestigd"), "x.toml: [parameters.method]: een bevestigde waarde heeft een bron nodig (title, paragraph, date)."),
        ('note = "De Kamerbrief zegt', "#", "x.toml: [parameters.method]: een aanname heeft een reden nodig (note)."),
        ('note = "Speelt alleen', "#", "x.toml: [parameters.rounding_moment]: een onbekende waarde heeft een toelichting nodig (note)."),
        ('note = "Speelt alleen', "note = 3 #", "x.toml: [parameters.rounding_moment] note is 3; verwacht tekst."),
        ('value = "2000000.00"', 'value = "0.00"', "x.toml: [parameters.budget] value is '0.00'; verwacht een bedrag in euro als tekst, zoals \"2000000.00\", meer dan nul."),
        ('value = "2000000.00"', "value = 2000000", 'x.toml: [parameters.budget] value is 2000000; verwacht een bedrag in euro als tekst, zoals "2000000.00", meer dan nul.'),
        ('value = "2000000.00"', 'value = "veel"', "x.toml: [parameters.budget] value is 'veel'; verwacht een bedrag in euro als tekst, zoals \"2000000.00\", meer dan nul."),
        ("value = 2023-10-01", "value = 2023-10-01T10:00:00", "x.toml: [parameters.teldatum] value is datetime.datetime(2023, 10, 1, 10, 0); verwacht een datum."),
        ('value = "voorlopig"', 'value = "vroeg"', "x.toml: [parameters.telling_status] value is 'vroeg'; verwacht een van voorlopig, definitief."),
        ('value = "closed_budget"', 'value = "eerlijk"', "x.toml: [parameters.method] value is 'eerlijk'; verwacht een van closed_budget, amount_per_pupil."),
        ('value = "grootste_rest"', 'value = "netjes"', "x.toml: [parameters.rounding] value is 'netjes'; verwacht grootste_rest of half_up, half_down, half_even, down, up."),
        ('value = "vestiging"', 'value = "regio"', "x.toml: [parameters.level] value is 'regio'; verwacht een van vestiging, brin, bestuur."),
        ('value = "laagste_code"', 'value = "loting"', "x.toml: [parameters.tie_break] value is 'loting'; verwacht een van laagste_code, hoogste_code, meeste_leerlingen."),
        ('value = "eerste_deel"', 'value = "niemand"', "x.toml: [parameters.odd_cent] value is 'niemand'; verwacht een van eerste_deel, tweede_deel."),
        ('value = "1/2"', 'value = "3/2"', "x.toml: [parameters.first_share] value is '3/2'; verwacht een breuk als tekst, zoals \"1/2\"."),
        ("[2024-07-01, 2024-12-31]", "[2024-12-31, 2024-07-01]",
         "x.toml: [parameters.window_1] value is [datetime.date(2024, 12, 31), datetime.date(2024, 7, 1)]; verwacht twee datums [van, tot en met]."),
        ("[2024-07-01, 2024-12-31]", "[2024-07-01]", "x.toml: [parameters.window_1] value is [datetime.date(2024, 7, 1)]; verwacht twee datums [van, tot en met]."),
        ('value = ["2024/2025", "2025/2026"]', 'value = ["2024/2026"]', "x.toml: [parameters.schooljaren] value is ['2024/2026']; verwacht een lijst zoals [\"2024/2025\"]."),
        ('value = ["2024/2025", "2025/2026"]', 'value = ["2024-2025"]', "x.toml: [parameters.schooljaren] value is ['2024-2025']; verwacht een lijst zoals [\"2024/2025\"]."),
        ('value = ["2024/2025", "2025/2026"]', "value = []", 'x.toml: [parameters.schooljaren] value is []; verwacht een lijst zoals ["2024/2025"].'),
        ('value = "0.00"', 'value = "500.00"', "x.toml: [parameters.minimum_amount] value is 50000 cent; een minimumbedrag wordt niet ondersteund."),
        ("source = { title =", "source = { titel = 1, title =", "x.toml: [parameters.budget] source: onbekende sleutel 'titel'; verwacht title, paragraph, date."),
        ('paragraph = "par. 1.3", date = 2024-08-30', "date = 2024-08-30",
         "x.toml: [parameters.budget] source: sleutel 'paragraph' ontbreekt; een onbekende waarde wordt genoemd met status \"onbekend\"."),
        ("date = 2024-08-30 }", "date = 3 }", "x.toml: [parameters.budget] source date is 3; verwacht tekst."),
    ],
)  # fmt: skip
def test_a_rule_file_is_refused_by_naming_the_place_and_the_value(old, new, message):
    assert refused(replaced(old, new)) == message


def test_tables_and_toml_itself_are_checked():
    assert refused("regeling = 1\n[parameters]\n") == "x.toml: [regeling] is 1; verwacht een tabel."
    assert refused("dit is geen toml").startswith("x.toml: geen geldig TOML-bestand (")
    assert refused('[regeling]\nid = "a"\nversion = 2024-01-01\ntitle = "t"\n').startswith(
        "x.toml: sleutel 'parameters'"
    )
    text = TEXT.replace("[parameters.payer]\n", "[parameters.payer.meer]\n")
    assert refused(text).startswith("x.toml: [parameters.payer]: onbekende sleutel 'meer'")
    source = replaced("source = { title", "source = 7 # { title")
    assert refused(source) == "x.toml: [parameters.budget] source is 7; verwacht een tabel."
    head = TEXT.split("[parameters.budget]", maxsplit=1)[0]
    assert refused(f"parameters = 3\n{head}") == "x.toml: [parameters] is 3; verwacht een tabel."
    flat = replaced("[parameters.budget]", "[parameters]\npayer = 3\n[parameters.budget]").split("[parameters.payer]")[
        0
    ]
    assert refused(flat) == "x.toml: [parameters.payer] is 3; verwacht een tabel."
    assert refused(f"X.X = 0.5\n{TEXT}").startswith("x.toml: X.X is 0.5; een getal met een punt")


PER_PUPIL = (
    TEXT.replace('value = "closed_budget"', 'value = "amount_per_pupil"')
    .replace('value = "grootste_rest"', 'value = "half_even"')
    .replace("[parameters.rounding_moment]\n", '[parameters.rounding_moment]\nvalue = "tarief"\n')
    .replace('unit = "keuze"\nstatus = "onbekend"', 'unit = "keuze"\nstatus = "aanname"')
)


def test_a_file_with_an_amount_per_pupil_gives_its_own_terms():
    found = terms_of(parse_regeling(PER_PUPIL, "x.toml"))
    assert (found.method, found.rounding, found.moment) == (Method.AMOUNT_PER_PUPIL, Rounding.HALF_EVEN, Moment.RATE)
    assert found.rate is None
    rated = PER_PUPIL.replace(
        '[parameters.amount_per_pupil]\nunit = "euro"\nstatus = "onbekend"',
        '[parameters.amount_per_pupil]\nvalue = "66.67"\nunit = "euro"\nstatus = "aanname"',
    )
    assert terms_of(parse_regeling(rated, "x.toml")).rate == 6667


@pytest.mark.parametrize("key", ["title", "paragraph"])
def test_every_part_of_a_source_is_text(key):
    parts = {"title": '"brief"', "paragraph": '"par. 1"', "date": "2024-08-30"} | {key: "7"}
    source = "source = { " + ", ".join(f"{name} = {value}" for name, value in parts.items()) + " }"
    start = TEXT.index("source = {")
    text = TEXT[:start] + source + TEXT[TEXT.index("\n", start) :]
    assert refused(text) == f"x.toml: [parameters.budget] source {key} is 7; verwacht tekst."


def test_what_is_unknown_keeps_its_note_and_its_source():
    text = replaced(
        'note = "Speelt alleen',
        'source = { title = "brief", paragraph = "p", date = 2024-08-30 }\nnote = "Speelt alleen',
    )
    found = parse_regeling(text, "x.toml").parameters["rounding_moment"]
    assert isinstance(found, Unknown)
    assert found.note == "Speelt alleen bij een vast bedrag per leerling."
    assert found.source == LegalSource("brief", "p", "2024-08-30")


def test_a_closed_budget_with_a_rate_or_a_moment_is_refused_and_not_read_past():
    rate = TEXT.replace(
        '[parameters.amount_per_pupil]\nunit = "euro"\nstatus = "onbekend"',
        '[parameters.amount_per_pupil]\nvalue = "66.67"\nunit = "euro"\nstatus = "aanname"',
    )
    moment = TEXT.replace(
        '[parameters.rounding_moment]\nunit = "keuze"\nstatus = "onbekend"',
        '[parameters.rounding_moment]\nvalue = "tarief"\nunit = "keuze"\nstatus = "aanname"',
    )
    for text in (rate, moment):
        assert text != TEXT
        with pytest.raises(TermsError) as caught:
            terms_of(parse_regeling(text, "x.toml"))
        assert str(caught.value) == "Bij closed_budget horen geen afronding, moment of bedrag per leerling."


def test_an_amount_per_pupil_without_a_moment_names_what_is_missing():
    text = TEXT.replace('value = "closed_budget"', 'value = "amount_per_pupil"').replace(
        'value = "grootste_rest"', 'value = "half_even"'
    )
    with pytest.raises(MissingParameterError) as caught:
        terms_of(parse_regeling(text, "x.toml"))
    assert caught.value.names == ("rounding_moment",)


def test_method_and_rounding_must_belong_together():
    mixed = TEXT.replace('value = "grootste_rest"', 'value = "half_up"')
    with pytest.raises(TermsError) as caught:
        terms_of(parse_regeling(mixed, "x.toml"))
    assert str(caught.value) == (
        "Regeling reiskosten-2024-2026: afronding 'half_up' hoort niet bij methode closed_budget."
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"budget": 0}, "Een budget van 0 cent kan niet worden verdeeld; verwacht meer dan nul."),
        ({"first_share": Fraction(3, 2)}, "Het eerste deel is 3/2 van het bedrag; verwacht 0 tot en met 1."),
        ({"first_share": Fraction(-1, 2)}, "Het eerste deel is -1/2 van het bedrag; verwacht 0 tot en met 1."),
        ({"rounding": Rounding.UP}, "Bij closed_budget horen geen afronding, moment of bedrag per leerling."),
        ({"moment": Moment.SCHOOL}, "Bij closed_budget horen geen afronding, moment of bedrag per leerling."),
        ({"rate": 5}, "Bij closed_budget horen geen afronding, moment of bedrag per leerling."),
        ({"method": Method.AMOUNT_PER_PUPIL}, "Bij amount_per_pupil zijn een afronding en een moment van afronden nodig."),
        ({"method": Method.AMOUNT_PER_PUPIL, "rounding": Rounding.UP},
         "Bij amount_per_pupil zijn een afronding en een moment van afronden nodig."),
        ({"method": Method.AMOUNT_PER_PUPIL, "moment": Moment.SCHOOL},
         "Bij amount_per_pupil zijn een afronding en een moment van afronden nodig."),
        ({"method": Method.AMOUNT_PER_PUPIL, "rounding": Rounding.UP, "moment": Moment.RATE, "rate": 0},
         "Een bedrag van 0 cent per leerling kan niet; verwacht meer dan nul."),
    ],
)  # fmt: skip
def test_terms_that_contradict_each_other_are_refused(changes, message):
    base = {
        "budget": 100, "method": Method.CLOSED_BUDGET, "level": Level.VESTIGING, "first_share": Fraction(1, 2),
        "odd_cent": OddCent.FIRST, "tie_break": None,
    }  # fmt: skip
    with pytest.raises(TermsError) as caught:
        Terms(**(base | changes))
    assert str(caught.value) == message


def test_a_share_of_all_or_nothing_is_allowed():
    for share in (Fraction(0), Fraction(1)):
        assert Terms(1, Method.CLOSED_BUDGET, Level.BRIN, share, OddCent.SECOND, None).first_share == share


def test_a_rate_of_one_cent_is_more_than_nothing():
    found = Terms(
        100, Method.AMOUNT_PER_PUPIL, Level.BRIN, Fraction(1, 2), OddCent.FIRST, None, Rounding.UP, Moment.RATE, 1
    )
    assert found.rate == 1


def test_a_window_may_be_one_day():
    one_day = replaced("[2024-07-01, 2024-12-31]", "[2024-07-01, 2024-07-01]")
    assert parse_regeling(one_day, "x.toml").windows[0] == Window(date(2024, 7, 1), date(2024, 7, 1))


def test_a_window_holds_its_first_and_last_day():
    window = Window(date(2024, 7, 1), date(2024, 12, 31))
    days = [date(2024, 6, 30), date(2024, 7, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert [day in window for day in days] == [False, True, True, False]


def test_known_values_carry_their_unit():
    budget = regeling().parameters["budget"]
    assert isinstance(budget, Known)
    assert (budget.kind.unit, budget.status) == ("euro", "bevestigd")
