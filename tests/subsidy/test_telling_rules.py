"""The telling as a value: intervals, digest, closing, overriding, comparing."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from making import FILE_SHA256, code, telling

from subsidy.errors import TellingError
from subsidy.grouping import group_schools
from subsidy.parameters import Level
from subsidy.telling import (
    Basis,
    Count,
    SchoolCount,
    Status,
    build_telling,
    close_intervals,
    diff_tellingen,
    override_count,
    telling_digest,
)

ONE, TWO, THREE = code(1), code(2), code(3)


def test_counts_add_up_as_intervals():
    assert Count(1, 4) + Count(10, 10) == Count(11, 14)
    assert (str(Count(3, 3)), str(Count(1, 4))) == ("3", "1–4")
    assert (Count(3, 3).exact, Count(1, 4).exact) == (True, False)


@pytest.mark.parametrize("ends", [(-1, 2), (3, 2)])
def test_a_count_that_cannot_be_is_refused(ends):
    with pytest.raises(TellingError) as caught:
        Count(*ends)
    assert str(caught.value) == f"Een aantal van {ends[0]} tot en met {ends[1]} leerlingen bestaat niet."


@pytest.mark.parametrize("wrong", ["01AB", "1AB000", "01ab00", "01AB000", ""])
def test_a_vestiging_has_six_characters(wrong):
    with pytest.raises(TellingError) as caught:
        SchoolCount(wrong, "x", Count(1, 1))
    assert str(caught.value) == f"'{wrong}' is geen vestigingscode; verwacht zes tekens zoals 01AB00."


def test_a_telling_has_schools_and_each_once():
    with pytest.raises(TellingError) as caught:
        build_telling(date(2023, 10, 1), Status.VOORLOPIG, [], FILE_SHA256)
    assert str(caught.value) == "De telling heeft geen enkele vestiging met praktijkonderwijs."
    rows = [SchoolCount(TWO, "b", Count(1, 1)), SchoolCount(ONE, "a", Count(1, 1)), SchoolCount(TWO, "c", Count(2, 2))]
    with pytest.raises(TellingError) as caught:
        build_telling(date(2023, 10, 1), Status.VOORLOPIG, rows, FILE_SHA256)
    assert str(caught.value) == f"Vestiging {TWO} staat twee keer in de telling."
    built = build_telling(date(2023, 10, 1), Status.VOORLOPIG, rows[:2], FILE_SHA256)
    assert [row.vestiging for row in built.schools] == [ONE, TWO]
    assert built.schools[0].brin == ONE[:4]


def test_the_digest_changes_with_every_count_and_circumstance():
    base = telling({ONE: 10, TWO: (3, 6)})
    others = [
        telling({ONE: 11, TWO: (3, 6)}), telling({ONE: 10, TWO: (3, 7)}), telling({ONE: 10, TWO: (2, 6)}),
        telling({ONE: 10, THREE: (3, 6)}), telling({ONE: 10, TWO: (3, 6)}, status=Status.DEFINITIEF),
        telling({ONE: 10, TWO: (3, 6)}, teldatum=date(2023, 10, 2)),
    ]  # fmt: skip
    assert len({base.digest, *(other.digest for other in others)}) == 7
    text = "2023-10-01;voorlopig;00\n01AB00;1;2"
    assert telling_digest(date(2023, 10, 1), "voorlopig", "00", [("01AB00", 1, 2)]) == (
        hashlib.sha256(text.encode()).hexdigest()
    )
    assert base.total == Count(13, 16)
    assert [row.vestiging for row in base.intervals] == [TWO]


def test_only_hidden_counts_of_pro_only_schools_are_closed():
    base = telling({ONE: (3, 6), TWO: (3, 6), THREE: 9})
    closed = close_intervals(base, {ONE: 4, TWO: 4, THREE: 8}, frozenset({ONE, THREE}), "03 en adressen")
    assert [str(row.count) for row in closed.schools] == ["4", "3–6", "9"]
    assert closed.schools[0].basis is Basis.CLOSED
    assert closed.schools[0].note == (
        "Afgeschermd als 3–6; 4 volgens 03 en adressen (vestiging heeft alleen praktijkonderwijs)."
    )
    assert closed.schools[0].name == f"School {ONE}"
    assert (closed.teldatum, closed.status, closed.file_sha256) == (base.teldatum, base.status, FILE_SHA256)
    second = close_intervals(base, {TWO: 4}, frozenset({TWO}), "x")
    assert [str(row.count) for row in second.schools] == ["3–6", "4", "9"]
    for edge in (3, 6):
        assert close_intervals(base, {ONE: edge}, frozenset({ONE}), "x").schools[0].count.exact
    assert close_intervals(base, {}, frozenset({ONE}), "x") == base


@pytest.mark.parametrize("total", [2, 7])
def test_files_that_contradict_each_other_are_refused(total):
    with pytest.raises(TellingError) as caught:
        close_intervals(telling({ONE: (3, 6)}), {ONE: total}, frozenset({ONE}), "x")
    assert str(caught.value) == (
        f"Vestiging {ONE} heeft 3–6 leerlingen in de telling maar {total} in het bestand met totalen; de bestanden "
        "spreken elkaar tegen."
    )


def test_an_override_replaces_one_count_and_says_why():
    changed = override_count(telling({ONE: (3, 6), TWO: 7}), ONE, 5, "brief")
    assert [str(row.count) for row in changed.schools] == ["5", "7"]
    assert (changed.schools[0].basis, changed.schools[0].note) == (Basis.OVERRIDE, "brief")
    assert (changed.schools[1].basis, changed.schools[1].note) == (Basis.FILE, "")
    with pytest.raises(TellingError):
        override_count(telling({ONE: 1}), ONE, -1, "x")


def test_a_difference_counts_an_absent_school_as_zero_and_a_hidden_one_as_unknown():
    changes = diff_tellingen(telling({ONE: 5, TWO: 3}), telling({TWO: (1, 4), THREE: 2}))
    assert [(change.vestiging, change.name, change.difference) for change in changes] == [
        (ONE, f"School {ONE}", -5), (TWO, f"School {TWO}", None), (THREE, f"School {THREE}", 2),
    ]  # fmt: skip
    assert changes[0].after is None
    assert changes[2].before is None
    hidden_before = diff_tellingen(telling({ONE: (1, 4)}), telling({ONE: 3}))
    assert hidden_before[0].difference is None


def test_a_bestuur_that_the_telling_noted_is_used_when_the_register_does_not_know_it():
    row = SchoolCount("10AA00", "A", Count(1, 1), bestuur="40009")
    built = build_telling(date(2023, 10, 1), Status.VOORLOPIG, [row], FILE_SHA256)
    group = group_schools(built, Level.BESTUUR, {})["10AA00"]
    assert (group.key, group.name, group.note) == ("40009", "Bevoegd gezag 40009", "")
