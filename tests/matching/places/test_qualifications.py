"""A crebo is said with its name; a code that nobody named stays a code."""

from matching.places.qualifications import load_names
from webapp.page.filters import crebo


def test_a_known_crebo_is_said_with_its_name_and_an_unknown_one_as_it_is():
    assert crebo("25254") == "25254 logistiek"
    assert crebo("99999") == "99999"


def test_every_name_belongs_to_a_code_of_five_digits():
    assert {len(code) for code in load_names()} == {5}
    assert all(code.isdecimal() and name for code, name in load_names().items())
