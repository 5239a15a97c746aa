"""The public landkaart: ladder, filters, series, and self-reports in plain text."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.partners.errors import LandkaartError
from matching.partners.landkaart import (
    Collaboration,
    LandkaartFilter,
    Moderation,
    Rung,
    RungChange,
    clean_report,
    climb,
    count_rungs,
    select,
    series,
)

DAY = date(2026, 9, 1)
ACTIVE = Collaboration(
    "1", "Entree groen", "noord", ("groen",), ("B",), "De Merel", "ROC Merenveld", "Samen.",
    (RungChange(Rung.IDEA, date(2024, 1, 1)), RungChange(Rung.ACTIVE, date(2026, 8, 1))),
)  # fmt: skip
WAITING = Collaboration(
    "2", "Nieuw", "zuid", ("horeca",), ("C",), "De Fuut", "Vista", "Tekst.",
    (RungChange(Rung.IDEA, DAY),), moderation=Moderation.WAITING,
)  # fmt: skip
REPORT = {
    "title": "Entree groen",
    "schools": "De Merel",
    "partner": "ROC Merenveld",
    "description": "We doen het samen.",
}


def test_a_report_is_invisible_until_somebody_checked_it():
    assert select([ACTIVE, WAITING], LandkaartFilter(), DAY) == (ACTIVE,)


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (LandkaartFilter(region="noord"), 1),
        (LandkaartFilter(region="zuid"), 0),
        (LandkaartFilter(sector="groen", route="B", rung="actief"), 1),
        (LandkaartFilter(rung="idee"), 0),
    ],
)
def test_every_filter_narrows_the_list(wanted, kept):
    assert len(select([ACTIVE], wanted, DAY)) == kept


def test_the_rung_follows_the_day_so_history_can_be_shown():
    assert ACTIVE.rung_on(date(2025, 1, 1)) is Rung.IDEA
    assert ACTIVE.rung_on(date(2020, 1, 1)) is None
    assert count_rungs([ACTIVE], DAY)[Rung.ACTIVE] == 1


def test_the_series_starts_with_thirteen_of_thirty_five_regions_at_the_end_of_2020():
    first, now = series(
        [ACTIVE, replace(ACTIVE, region="elders")], [f"regio {n}" for n in range(34)] + ["noord"], [DAY]
    )
    assert first.sentence == "13 van de 35 regio's op 31 december 2020"
    assert (now.regions, now.of) == (1, 35)


def test_the_ladder_only_grows():
    longer = climb(ACTIVE.ladder, RungChange(Rung.ENDED, DAY), today=DAY)
    assert longer[:-1] == ACTIVE.ladder
    for bad in (
        RungChange(Rung.ACTIVE, DAY),
        RungChange(Rung.ENDED, DAY + timedelta(days=1)),
        RungChange(Rung.ENDED, date(2020, 1, 1)),
    ):
        with pytest.raises(LandkaartError):
            climb(ACTIVE.ladder, bad, today=DAY)
    with pytest.raises(LandkaartError, match="beëindigd"):
        climb(longer, RungChange(Rung.IDEA, DAY), today=DAY)


@pytest.mark.parametrize("field", ["title", "schools", "partner", "description"])
@pytest.mark.parametrize("bad", ["", "<script>alert(1)</script>", "a" * 2000, "javascript:alert(1)", "een\x00twee"])
def test_a_report_with_script_or_without_text_is_refused_in_one_sentence(field, bad):
    with pytest.raises(LandkaartError) as caught:
        clean_report({**REPORT, field: bad})
    assert "veld" in str(caught.value)


def test_a_plain_report_passes_unchanged():
    assert clean_report(REPORT) == REPORT
