"""The query string is the whole state of a list."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webapp.page.listing import Listing, ListQuery

KEYS = {"naam": lambda row: row.naam, "aantal": lambda row: row.aantal}


def read(**args):
    return ListQuery.read(MultiDict(args), sortable=("naam", "aantal"), default="naam", size=2)


def rows(*pairs):
    return [SimpleNamespace(naam=naam, aantal=aantal) for naam, aantal in pairs]


def test_a_page_holds_its_own_rows_and_tells_how_many_there_are():
    listing = Listing.of_all(read(pagina="2"), rows(("c", 3), ("a", 1), ("b", 2)), KEYS)
    assert [row.naam for row in listing.rows] == ["c"]
    assert (listing.first, listing.last, listing.total, listing.pages) == (3, 3, 3, 2)


def test_unknown_values_come_last_in_both_directions():
    known = rows(("a", 1), ("b", None))
    assert Listing.of_all(read(sorteer="aantal"), known, KEYS).rows[-1].naam == "b"
    assert Listing.of_all(read(sorteer="aantal", richting="af"), known, KEYS).rows[-1].naam == "b"


@pytest.mark.parametrize("page", ["0", "-3", "x", "9" * 40, "²", ""])
def test_a_page_that_is_no_page_reads_as_the_first(page):
    assert read(pagina=page).page == 1


def test_an_unknown_sort_column_reads_as_the_default():
    assert read(sorteer="wachtwoord").sort == "naam"


def test_sorting_keeps_the_filters_and_starts_at_page_one():
    query = read(sector="groen & grijs", pagina="3")
    assert query.sort_address("aantal") == "?sector=groen+%26+grijs&sorteer=aantal&richting=op"


def test_sorting_the_same_column_again_turns_the_direction():
    assert "richting=af" in read().sort_address("naam")
    assert "richting=op" in read(sorteer="naam", richting="af").sort_address("naam")


@given(total=st.integers(0, 5000), page=st.integers(1, 300))
def test_page_numbers_hold_the_ends_and_never_two_gaps_in_a_row(total, page):
    listing = Listing(ListQuery("naam", page=page), [], total)
    numbers = listing.page_numbers()
    assert numbers[0] == 1
    assert numbers[-1] == listing.pages
    assert all(not (a is None and b is None) for a, b in pairwise(numbers))
    gaps = [(numbers[at - 1], numbers[at + 1]) for at, number in enumerate(numbers) if number is None]
    assert all(after - before > 2 for before, after in gaps), "a gap hides more than the one page it could show"
