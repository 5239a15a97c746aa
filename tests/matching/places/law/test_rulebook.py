"""The rules are dated data: where each comes from, on which days it holds, and what a rule file may not say."""

from datetime import date, timedelta

import pytest

from data.law_files import SHIPPED, load_rulebook, load_rulebook_of
from matching.places.law.facts import AgeGroup
from matching.places.law.rulebook import ASSUMED, CHECKS, LawError, parse_rulebook

TEXT = SHIPPED.read_text("utf-8")


def test_every_rule_has_an_article_a_source_and_a_status_and_every_assumption_a_reason():
    book = load_rulebook()
    for rule in book.rules:
        assert rule.citation.startswith(("ATW ", "NRK ", "Arbobesluit "))
        assert rule.source.title
        assert rule.source.date == book.read_on
        assert rule.note or rule.status != ASSUMED
    assert {rule.check for rule in book.rules} == set(CHECKS)
    assert all(any(group in rule.groups for rule in book.rules) for group in AgeGroup)


def test_a_rule_holds_from_its_first_to_its_last_day():
    ended = parse_rulebook(
        TEXT.replace("valid_from = 2025-07-01", "valid_from = 2025-07-01\nvalid_to = 2026-12-31"), "x"
    )
    for rule in ended.rules:
        assert rule.holds_on(date(2025, 7, 1))
        assert rule.holds_on(date(2026, 12, 31))
        assert not rule.holds_on(date(2025, 7, 1) - timedelta(days=1))
        assert not rule.holds_on(date(2027, 1, 1))
    assert ended.on(date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[law]", "[law", "geen geldig TOML"),
        ('check = "signature"', 'check = "handtekening"', "check is 'handtekening'"),
        ("minutes = 840", "minutes = 14.5", "minutes is 14.5; verwacht een heel getal"),
        ("minutes = 840", "minutes = -840", "verwacht een heel getal"),
        ("minutes = 840", "minutes = true", "verwacht een heel getal"),
        ("school_counts = true", 'school_counts = "ja"', "verwacht true of false"),
        ('quiet_from = "19:00"', 'quiet_from = "25:00"', "verwacht een tijd"),
        ('quiet_from = "19:00"', "quiet_from = 19", "verwacht een tijd"),
        ('groups = ["tot-13"]', "groups = []", "verwacht een lijst"),
        ('groups = ["tot-13"]', 'groups = ["12"]', "groups is '12'"),
        ('status = "bevestigd"', 'status = "zeker"', "status is 'zeker'"),
        ('tasks = ["kassa"]', 'tasks = ["toonbank"]', "tasks is 'toonbank'"),
        ("valid_from = 2025-07-01", "valid_from = 2025-07-01\nvalid_to = 2024-01-01", "verwacht een dag op of na"),
        ("valid_from = 2025-07-01", 'valid_from = "2025"', "verwacht een datum"),
        ("read_on = 2025-07-01", "read_at = 2025-07-01", "onbekende sleutel 'read_at'"),
        ("kilograms = 10\n", "", "sleutel 'kilograms' ontbreekt"),
        ('moment = "begin"', 'moment = "later"', "moment is 'later'"),
        ('title = "Niet op zondag"', 'title = " "', "verwacht tekst"),
    ],
)
def test_a_rule_file_that_is_not_right_is_refused_with_its_place_and_value(old, new, said):
    assert old in TEXT
    with pytest.raises(LawError, match=r"wet\.toml") as refused:
        parse_rulebook(TEXT.replace(old, new), "wet.toml")
    assert said in str(refused.value)


def test_an_assumption_needs_a_reason():
    without = "\n".join(
        line for line in TEXT.splitlines() if not line.startswith("note = ") or "Niet beoordeeld" in line
    )
    with pytest.raises(LawError, match="een aanname heeft een reden nodig"):
        parse_rulebook(without, "wet.toml")


def test_a_file_without_rules_and_one_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(LawError, match="minstens één regel"):
        parse_rulebook(TEXT[: TEXT.index("[[rule]]")].replace("[law]", "rule = []\n[law]"), "wet.toml")
    with pytest.raises(LawError, match="kan niet als tekst"):
        load_rulebook_of(tmp_path / "weg.toml")
