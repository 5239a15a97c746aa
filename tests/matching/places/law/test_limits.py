"""Each limit of the law, at its last lawful minute and one further; what is just allowed and what just is not."""

import pytest

from matching.places.law.facts import AgeGroup, StageFacts, Tasks, read_week
from matching.places.law.judge import Lawful, NotJudged, Unlawful, find_groups, judge
from tests.matching.places.law.stages import RULES, broken, facts

YOUNG = {"group": "13", "kind": "maatschappelijk"}
YOUTH = {"group": "16-17", "school": ""}
ADULT = {"group": "18+", "school": ""}


def _week(hours, on_friday=None):
    """The same hours from Monday to Friday, but for the Friday."""
    return "|".join([*(f"{day} {hours}" for day in ("ma", "di", "wo", "do")), f"vr {on_friday or hours}"])


LIMITS = [
    # 13, maatschappelijk: NRK 3:2
    ("NRK 3:2 lid 2 f", YOUNG, "ma 14:30-16:30/0", "ma 14:30-16:31/0"),
    ("NRK 3:2 lid 2 f", YOUNG, "za 09:00-16:30/30", "za 09:00-16:31/30"),
    ("NRK 3:2 lid 2 f", YOUNG, "di 09:00-15:30/30|za 09:00-15:30/30", "di 09:00-15:30/30|za 09:00-15:31/30"),
    ("NRK 3:2 lid 2 d", YOUNG, "di 12:00-13:00/0|do 12:00-13:00/0|vr 12:00-13:00/0|za 12:00-13:00/0|ma 15:00-16:00/0",
     "di 12:00-13:00/0|do 12:00-13:00/0|vr 12:00-13:00/0|za 12:00-13:00/0|ma 15:00-16:00/0|wo 15:00-16:00/0"),
    ("NRK 3:2 lid 2 e", YOUNG, "za 07:00-09:00/0", "za 06:59-09:00/0"),
    ("NRK 3:2 lid 2 e", YOUNG, "za 17:00-19:00/0", "za 17:00-19:01/0"),
    ("NRK 3:2 lid 2 g", YOUNG, "za 09:00-13:30/0", "za 09:00-13:31/0"),
    ("NRK 3:2 lid 2 g", YOUNG, "za 09:00-15:00/30", "za 09:00-15:00/29"),
    ("NRK 3:2 lid 2 g", YOUNG, "za 09:00-15:00/30+5", "za 09:00-15:00/15+15"),
    # 14 and 15: NRK 3:1; school with its breaks is work
    ("NRK 3:1 lid 2 c", {}, "di 09:00-16:30/30", "di 09:00-16:31/30"),
    ("NRK 3:1 lid 2 c", {}, "ma 15:00-16:00/0", "ma 15:00-16:01/0"),
    ("NRK 3:1 lid 2 c", {"school": "ma 08:00-15:00|di 08:00-15:00|wo 08:00-15:00"},
     "do 09:00-16:30/30|vr 09:00-16:30/30", "do 09:00-16:30/30|vr 09:00-16:30/30|za 09:00-09:01/0"),
    ("NRK 3:1 lid 2 d", {}, "di 09:00-13:30/0", "di 09:00-13:31/0"),
    ("NRK 3:1 lid 2 d", {}, "di 09:00-16:00/30", "di 09:00-16:00/29"),
    ("NRK 3:1 lid 2 d", {}, "di 09:00-16:00/30+15", "di 09:00-16:00/20+20"),
    ("NRK 3:1 lid 2 d", {}, "ma 15:00-15:30/0", "ma 14:59-15:30/0"),  # the gap after school is the pause
    ("NRK 3:1 lid 2 d", {}, "ma 07:30-08:00/0", "ma 07:30-08:01/0"),  # and before school alike
    ("NRK 3:1 lid 2 b", {}, "di 07:00-10:00/0", "di 06:59-10:00/0"),
    ("NRK 3:1 lid 2 b", {"school": ""}, "di 16:00-19:00/0", "di 16:00-19:01/0"),
    ("NRK 3:1 lid 2 b", {}, "di 16:00-18:30/0", "di 16:00-18:31/0"),  # 14 hours until school on Wednesday
    ("NRK 3:1 lid 2 b", {"school": "di 08:00-14:00"}, "di 16:00-17:00/0|wo 07:00-09:00/0",
     "di 16:00-17:01/0|wo 07:00-09:00/0"),
    ("NRK 3:1 lid 2 b", {}, "ma 18:00-18:30/0", "ma 18:00-18:31/0"),  # ten hours from the first to the last minute
    ("NRK 3:1 lid 2 b", {"school": "ma 10:00-17:00"}, "di 07:00-09:00/0", "di 06:59-09:00/0"),
    # 16 and 17: ATW 5:3 to 5:7
    ("ATW 5:7 lid 1 a", YOUTH, "ma 08:00-17:30/30", "ma 08:00-17:31/30"),
    ("ATW 5:7 lid 1 a", YOUTH | {"school": "ma 08:30-14:30"}, "ma 15:00-18:00/0", "ma 15:00-18:01/0"),
    ("ATW 5:7 lid 1 c", YOUTH, _week("08:00-16:30/30"),
     _week("08:00-16:30/30", "08:00-16:31/30")),
    ("ATW 5:7 lid 1 b", YOUTH, _week("08:00-17:30/30"),
     _week("08:00-17:30/30", "08:00-17:31/30")),
    ("ATW 5:4 lid 1", YOUTH, "ma 08:00-12:30/0", "ma 08:00-12:31/0"),
    ("ATW 5:4 lid 1", YOUTH, "ma 08:00-16:00/15+15", "ma 08:00-16:00/15+14"),
    ("ATW 5:4 lid 1", YOUTH, "ma 08:00-16:00/30", "ma 08:00-16:00/29"),
    ("ATW 5:4 lid 1", YOUTH, "ma 08:00-16:00/15+15+5", "ma 08:00-16:00/20+10"),
    ("ATW 5:3 lid 1", YOUTH, "ma 06:00-10:00/0", "ma 05:59-10:00/0"),
    ("ATW 5:3 lid 1", YOUTH, "ma 20:00-23:00/0", "ma 20:00-23:01/0"),
    ("ATW 5:3 lid 1", YOUTH, "ma 20:00-23:00/0", "ma 20:00-24:00/0"),
    ("ATW 5:3 lid 1", YOUTH | {"school": "di 08:30-14:30"}, "ma 17:00-20:30/0", "ma 17:00-20:31/0"),
    ("ATW 5:3 lid 1", YOUTH | {"school": "ma 08:30-14:30"}, "ma 18:00-20:30/0", "ma 18:00-20:31/0"),
    ("ATW 5:3 lid 1", YOUTH | {"sunday_agreed": True}, "zo 18:00-21:00/0|ma 09:00-12:00/0",
     "zo 18:00-21:01/0|ma 09:00-12:00/0"),  # the week repeats: Monday follows Sunday
    ("ATW 5:5 lid 1", YOUTH | {"school": "ma 08:00-12:00|di 08:00-12:00|wo 08:00-12:00|do 08:00-12:00|vr 08:00-12:00"},
     "za 12:00-20:00/30", "za 12:00-20:01/30"),
    # 18 and older: school does not count
    ("ATW 5:4 lid 2 a", ADULT, "ma 08:00-13:30/0", "ma 08:00-13:31/0"),
    ("ATW 5:4 lid 2 a", ADULT, "ma 08:00-15:00/15+15", "ma 08:00-15:00/29"),
    ("ATW 5:4 lid 2 b", ADULT, "ma 08:00-18:30/30", "ma 08:00-18:31/30"),
    ("ATW 5:4 lid 2 b", ADULT, "ma 08:00-19:30/15+30", "ma 08:00-19:30/30+14"),
    ("ATW 5:7 lid 2 a", ADULT, "ma 07:00-19:45/45", "ma 07:00-19:46/45"),
    ("ATW 5:7 lid 2 b", ADULT,
     "ma 07:00-19:45/45|di 07:00-19:45/45|wo 07:00-19:45/45|do 07:00-19:45/45|vr 07:00-19:45/45",
     "ma 07:00-19:45/45|di 07:00-19:45/45|wo 07:00-19:45/45|do 07:00-19:45/45|vr 07:00-19:45/45|za 09:00-09:01/0"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "who", "last_lawful", "one_further"), LIMITS)
def test_a_limit_holds_to_its_last_minute_and_no_further(article, who, last_lawful, one_further):
    assert article not in broken(last_lawful, **who)
    assert article in broken(one_further, **who)


@pytest.mark.parametrize(
    ("article", "allowed", "forbidden"),
    [
        ("NRK 1:1 lid 2 e", {"lift": 10}, {"lift": "10.5"}),
        ("NRK 1:1 lid 2 f", {"push": 20}, {"push": "20.1"}),
        ("NRK 1:1 lid 2 c", {"words": ["inpakken"]}, {"words": ["kassa"]}),
        ("NRK 1:1 lid 2 d", {}, {"words": ["eenzijdig"]}),
        ("NRK 1:1 lid 2 h", {}, {"words": ["zeevarende"]}),
        ("NRK 1:1 lid 2 a", {}, {"words": ["machine_gevaar"]}),
    ],
)
def test_work_that_is_not_light_is_forbidden_under_sixteen_only(article, allowed, forbidden):
    days = "di 09:00-15:00/30"
    assert broken(days, **allowed) == []
    assert broken(days, **forbidden) == [article]
    if "words" not in forbidden or forbidden["words"] != ["machine_gevaar"]:
        assert broken(days, **forbidden, **YOUTH) == []


@pytest.mark.parametrize(
    ("group", "kind", "rules"),
    [
        ("tot-13", "beroepsstage", ["ATW 3:2 lid 1"]),
        ("tot-13", "maatschappelijk", ["ATW 3:2 lid 1"]),
        ("13", "beroepsstage", ["ATW 3:2 lid 2 c"]),
        ("13", "maatschappelijk", ["Arbobesluit 1.37 lid 1", "NRK 1:1 lid 2 g", "NRK 3:2 lid 2 a"]),
        ("14-15", "beroepsstage", ["Arbobesluit 1.37 lid 1", "NRK 3:1 lid 1", "NRK 3:1 lid 2 a"]),
        ("14-15", "maatschappelijk", ["Arbobesluit 1.37 lid 1", "NRK 1:1 lid 2 g", "NRK 3:1 lid 1", "NRK 3:1 lid 2 a"]),
        ("16-17", "beroepsstage", ["ATW 5:6 lid 1", "Arbobesluit 1.37 lid 1"]),
        ("16-17", "maatschappelijk", ["ATW 5:6 lid 1", "Arbobesluit 1.37 lid 1"]),
        ("18+", "beroepsstage", ["ATW 5:6 lid 1"]),
        ("18+", "maatschappelijk", ["ATW 5:6 lid 1"]),
    ],
)
def test_every_age_and_kind_of_stage_has_its_own_rules(group, kind, rules):
    wrong = {"supervised": False, "parent_signed": False, "words": ["pbm_permanent"]}
    assert broken("zo 10:00-12:00/0", group=group, kind=kind, **wrong) == rules
    assert broken("zo 10:00-12:00/0", group=group, kind=kind, internal=True, **wrong) == []


@pytest.mark.parametrize(("group", "allowed"), [("13", True), ("14-15", False), ("16-17", True), ("18+", True)])
def test_an_agreed_sunday_helps_everybody_but_14_and_15(group, allowed):
    found = broken("zo 10:00-12:00/0", group=group, kind="maatschappelijk", sunday_agreed=True)
    assert (found == []) is allowed


def test_every_broken_article_is_named_with_what_was_found():
    verdict = judge(facts("di 09:00-17:00/15", lift=15), RULES)
    assert isinstance(verdict, Unlawful)
    assert [(breach.rule.citation, dict(breach.values)) for breach in verdict.breaches] == [
        ("NRK 1:1 lid 2 e", {"kilograms": "15", "limit": 10}),
        ("NRK 3:1 lid 2 c", {"day": "di", "minutes": 465, "limit": 420}),
        ("NRK 3:1 lid 2 d", {"day": "di", "minutes": 465, "pause": 0, "limit": 30}),
    ]


def unknown(**missing):
    known = facts("di 09:00-15:00/30")
    values = {name: getattr(known, name) for name in StageFacts.__slots__}
    return StageFacts(**(values | missing))


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        ({"groups": ()}, "leeftijdsgroep"),
        ({"days": None}, "tijden"),
        ({"school": None}, "schooltijden"),
        ({"tasks": None}, "taken"),
        ({"supervised": None}, "toezicht"),
        ({"parent_signed": None}, "handtekening"),
        ({"internal": None}, "binnen_of_buiten"),
    ],
)
def test_a_missing_fact_is_named_and_never_read_as_no_or_as_lawful(missing, name):
    assert judge(unknown(**missing), RULES) == NotJudged((name,))


def test_without_rules_for_the_day_nothing_is_lawful():
    assert judge(unknown(), ()) == NotJudged(("wet",))


def test_what_is_broken_outweighs_what_is_missing():
    verdict = judge(unknown(tasks=None, supervised=False), RULES)
    assert isinstance(verdict, Unlawful)
    assert verdict.citations == ("Arbobesluit 1.37 lid 1",)


def test_the_signature_is_asked_before_the_first_day_and_not_while_searching():
    assert judge(unknown(parent_signed=None), RULES, before_start=True) == Lawful()
    assert isinstance(judge(unknown(parent_signed=False), RULES), Unlawful)


@pytest.mark.parametrize("word", ["machine_gevaar", "heftruck", "trekker", "lawaai", "chemische_stoffen"])
def test_special_dangers_are_forbidden_under_sixteen_and_for_a_person_to_judge_until_eighteen(word):
    days = read_week("di 09:00-15:00/30", pauses=True)
    verdicts = {
        group: judge(StageFacts((group,), days, {}, Tasks(frozenset({word})), True, True), RULES)
        for group in (AgeGroup.AGE_14_15, AgeGroup.AGE_16_17, AgeGroup.ADULT)
    }
    under, between, adult = verdicts.values()
    assert isinstance(under, Unlawful)
    assert under.citations == ("NRK 1:1 lid 2 a",)
    assert between == NotJudged((f"beoordeling:{word}",))
    assert adult == Lawful()


def month(year, number):
    return year * 12 + number


@pytest.mark.parametrize(
    ("change", "groups"),
    [
        (None, ("14-15",)),
        (month(2026, 10), ("14-15",)),
        (month(2026, 11), ("14-15", "16-17")),
        (month(2027, 7), ("14-15", "16-17")),
        (month(2027, 8), ("14-15",)),
    ],
)
def test_a_stage_over_a_birthday_month_is_judged_in_both_ages(change, groups):
    found = find_groups(AgeGroup.AGE_14_15, change, [month(2026, 11), month(2027, 7)])
    assert tuple(group.value for group in found) == groups


def test_a_stage_over_a_birthday_month_must_be_lawful_in_its_strictest_part():
    long_day = read_week("di 08:00-17:00/60", pauses=True)
    both = StageFacts((AgeGroup.AGE_14_15, AgeGroup.AGE_16_17), long_day, {}, Tasks(), True, True)
    verdict = judge(both, RULES)
    assert isinstance(verdict, Unlawful)
    assert verdict.citations == ("NRK 3:1 lid 2 c",)


def test_an_adult_grows_into_no_other_group():
    assert AgeGroup.ADULT.following is AgeGroup.ADULT
    assert find_groups(None, None, [1, 2]) == ()
