"""Stages for the tests of the law: rows as people write them, and random ones."""

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from data.law_files import load_rulebook
from matching.places.law.facts import AgeGroup, StageFacts, StageKind, Stretch, Tasks, read_week
from matching.places.law.judge import NotJudged, Unlawful, judge
from matching.places.model import Weekday

TODAY = date(2026, 11, 30)
RULES = load_rulebook().on(TODAY)
SCHOOL = "ma 08:30-14:30|wo 08:30-14:30"


def facts(days, *, group="14-15", school=SCHOOL, words=(), lift=0, push=0, **more):
    """A lawful stage but for what is given."""
    given = {"supervised": True, "parent_signed": True, "sunday_agreed": False, "kind": "beroepsstage"} | more
    return StageFacts(
        (AgeGroup(group),),
        read_week(days, pauses=True),
        read_week(school, pauses=False),
        Tasks(frozenset(words), Fraction(str(lift)), Fraction(str(push))),
        **(given | {"kind": StageKind(given["kind"])}),
    )


def broken(days, **more):
    """The citations of a stage that is written down."""
    return cited(facts(days, **more))


def cited(stage):
    verdict = judge(stage, RULES)
    assert not isinstance(verdict, NotJudged), verdict
    return list(verdict.citations) if isinstance(verdict, Unlawful) else []


_pauses = st.lists(st.sampled_from([5, 10, 14, 15, 16, 20, 29, 30, 31, 45]), max_size=3)


@st.composite
def _stretches(draw, low, high, shortest=15):
    """A stretch near the limits: quarters of an hour, sometimes a minute more or less."""
    begin = draw(st.integers(low // 15, (high - shortest) // 15)) * 15
    end = draw(st.integers((begin + shortest) // 15, high // 15)) * 15 + draw(st.sampled_from([0, 0, 0, -1, 1]))
    end = min(high, max(begin + shortest - 1, end))
    pauses = draw(_pauses)
    while sum(pauses) >= end - begin:
        pauses.pop()
    return begin, end, pauses


@st.composite
def random_stages(draw):
    """A stage as the second evaluation wants it; school and stage of one day never overlap."""
    group = draw(st.sampled_from([group.value for group in AgeGroup]))
    school = {}
    for day in draw(st.sets(st.integers(0, 5), max_size=5)):
        begin, end, _ = draw(_stretches(450, 1020, 60))
        school[day] = (begin, end, [])
    days = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=1, max_size=7)):
        low, high = 300, 1440
        if day in school:
            opens, closes, _ = school[day]
            low, high = draw(st.sampled_from([(300, opens - opens % 15), (closes + -closes % 15, 1440)]))
        begin, end, pauses = draw(_stretches(low, high))
        if day in school and begin < school[day][0]:
            end = min(end, school[day][0])
            pauses = [] if sum(pauses) >= end - begin else pauses
        days[day] = (begin, end, pauses)
    return {
        "group": group,
        "kind": draw(st.sampled_from(["beroepsstage", "maatschappelijk", "maatschappelijk"])),
        "internal": draw(st.sampled_from([False] * 9 + [True])),
        "days": days,
        "school": school,
        "signed": draw(st.sampled_from([True, True, True, False])),
        "overseen": draw(st.sampled_from([True, True, True, False])),
        "sunday": draw(st.booleans()),
        "tasks": (
            draw(
                st.sets(st.sampled_from(["kassa", "eenzijdig", "zeevarende", "pbm_permanent", "inpakken"]), max_size=2)
            ),
            draw(st.sampled_from([0, 0, 9, 10, 11])),
            draw(st.sampled_from([0, 0, 19, 20, 21])),
        ),
    }


def to_facts(stage):
    """A random stage as the law looks at it."""
    words, lift, push = stage["tasks"]

    def week(days):
        return {Weekday(day): Stretch(begin, end, tuple(pauses)) for day, (begin, end, pauses) in sorted(days.items())}

    return StageFacts(
        (AgeGroup(stage["group"]),),
        week(stage["days"]),
        week(stage["school"]),
        Tasks(frozenset(words), Fraction(lift), Fraction(push)),
        stage["overseen"],
        stage["signed"],
        stage["sunday"],
        StageKind(stage["kind"]),
        stage["internal"],
    )
