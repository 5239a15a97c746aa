"""Prices to the cent: chains computed by hand, receipts that recompute, and files that are refused whole."""

from __future__ import annotations

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo.fares.month import Part, compare
from geo.fares.price import Fare, FareRide, NoFare, price
from geo.fares.receipt import faults_of, to_json
from geo.fares.rules import FareRefused, read_fares
from geo.fares.store import FareSets

DAY = dt.date(2026, 3, 10)
FILE = """
id = "proef-2026"
valid_from = 2026-01-01
valid_to = 2026-12-31
source = "Verzonnen tarieven voor deze test"
status = "vastgesteld"

[[distance]]
agencies = ["A", "C"]
base_cents = 116
eur_per_km = "0.201"

[[distance]]
agencies = ["B"]
base_cents = 116
transfer_minutes = 35
eur_per_km = "0.257"
source = "Een ander besluit"
status = "aanname"

[[distance]]
routes = ["nacht"]
base_cents = 300
eur_per_km = "0.5"

[[units]]
agencies = ["T"]
pairs = [["s1", "s2", 8], ["s2", "s3", 12], ["s1", "s3", 19], ["s1", "s9", 50]]
cents = {8 = 300, 12 = 360, 19 = 520}

[[product]]
id = "jong"
name = "Jong 35 %"
agencies = ["A"]
percent = 35
cap_day_cents = 650
cap_month_cents = 10000
age_to = 18

[[product]]
id = "staffel"
name = "Staffel"
agencies = ["A"]
bands = [[1000, 20], [3500, 50], [7000, 70], [10000, 100]]

[[product]]
id = "maand"
name = "Maandabonnement"
agencies = ["A", "B"]
price_cents = 6000
percent = 100
"""
FARES = read_fares(FILE)


def chain(text, *, files=(FARES,), day=DAY):
    """Price a chain written as ``A 1000 | 35 | B 2500``: carrier and metres, minutes in between."""
    now = dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)
    rides = []
    for at, part in enumerate(text.split("|")):
        if at % 2:
            now += dt.timedelta(seconds=round(float(part) * 60))
            continue
        agency, what = part.split()
        route, out = ("nacht" if agency == "N" else "1"), now + dt.timedelta(minutes=10)
        ends = what.split("-") if "-" in what else (f"h{at}", f"h{at + 1}")
        metres = None if "-" in what or what == "?" else int(what)
        rides.append(FareRide(agency, route, (ends[0],), (ends[1],), now, out, metres))
        now = out
    return price(rides, files, day)


BY_HAND = """
A 0 = 116
A 24 = 116
A 25 = 117
A 123 = 118
A 1000 = 136
A 2500 = 166
A 5000 = 217
A 7500 = 267
A 10000 = 317
A 12345 = 364
A 15000 = 418
A 30000 = 719
B 1000 = 142
B 2000 = 167
B 5000 = 245
B 10000 = 373
N 1000 = 350
N 1001 = 350
N 1010 = 351
N 10000 = 800
C 1000 = 136
A 1000 | 0 | A 1000 = 156
A 1000 | 34 | A 1000 = 156
A 1000 | 35 | A 1000 = 156
A 1000 | 35.02 | A 1000 = 272
A 1000 | 36 | A 1000 = 272
A 1000 | 600 | A 1000 = 272
A 5000 | 5 | A 5000 = 318
A 24 | 5 | A 24 = 116
A 25 | 5 | A 25 = 118
A 1000 | 5 | B 1000 = 162
B 1000 | 5 | A 1000 = 162
A 1000 | 5 | C 1000 = 156
A 1000 | 40 | B 1000 = 278
A 1000 | 5 | N 1000 = 186
N 1000 | 5 | A 1000 = 370
A 1000 | 35 | A 1000 | 35 | A 1000 = 176
A 1000 | 35 | A 1000 | 36 | A 1000 = 292
A 1000 | 36 | A 1000 | 36 | A 1000 = 408
A 2500 | 10 | B 5000 | 10 | A 7500 = 446
A 2500 | 10 | B 5000 | 50 | A 7500 = 562
T s1-s2 = 300
T s2-s1 = 300
T s2-s3 = 360
T s1-s3 = 520
T s1-s2 | 5 | T s2-s3 = 520
T s1-s2 | 300 | T s2-s3 = 520
T s1-s2 | 5 | T s2-s1 = ?
A 1000 | 5 | T s1-s2 = 436
T s1-s2 | 5 | A 1000 = 436
A 1000 | 5 | T s1-s2 | 5 | A 1000 = 456
A 1000 | 5 | T s1-s2 | 30 | A 1000 = 572
T s1-s2 | 5 | A 1000 | 5 | T s2-s3 = 796
A 1000 | 5 | T s1-s2 | 5 | T s2-s3 | 3 | B 2000 = 707
"""


@pytest.mark.parametrize("row", BY_HAND.strip().splitlines())
def test_a_chain_costs_what_it_costs_by_hand(row):
    text, cents = row.split(" = ")
    fare = chain(text)
    assert fare.cents == (None if cents == "?" else int(cents))
    assert faults_of(json.loads(json.dumps(to_json(fare)))) == []
    for line in to_json(fare)["lines"]:
        assert line["source"]
        assert line["status"] in {"aanname", "vastgesteld"}


def test_there_are_more_than_fifty_chains_by_hand():
    assert len(BY_HAND.strip().splitlines()) > 50


@given(some.lists(some.tuples(some.integers(0, 60_000), some.integers(0, 90)), min_size=1, max_size=6))
def test_every_chain_equals_a_second_sum_in_decimals(parts):
    text = " | ".join(f"A {metres}" if not at else f"{gap} | A {metres}" for at, (metres, gap) in enumerate(parts))
    expected = 116
    for at, (metres, gap) in enumerate(parts):
        expected += 116 if at and gap > 35 else 0
        expected += int((Decimal("20.1") * metres / 1000).quantize(Decimal(1), ROUND_HALF_UP))
    assert chain(text).cents == expected


@given(some.integers(0, 60_000), some.integers(0, 60_000))
def test_a_longer_ride_is_never_cheaper(one, other):
    short, long = sorted((one, other))
    assert chain(f"A {short}").cents <= chain(f"A {long}").cents


@pytest.mark.parametrize(
    ("text", "reason", "missing"),
    [
        ("Z 1000", NoFare.UNKNOWN, "Z 1"),
        ("A 1000 | 5 | Z 1000", NoFare.UNKNOWN, "Z 1"),
        ("T s1-s7", NoFare.UNKNOWN, "s1 – s7"),
        ("T s1-s9", NoFare.UNKNOWN, "s1 – s9"),  # the units are known, their price is not
        ("A 1000 | 5 | T s4-s2", NoFare.UNKNOWN, "s4 – s2"),
        ("A ?", NoFare.NO_LENGTH, "h0 – h1"),
    ],
)
def test_what_is_missing_is_named_and_there_is_no_number(text, reason, missing):
    fare = chain(text)
    assert (fare.reason, fare.missing, fare.cents, fare.lines) == (reason, missing, None, ())
    assert to_json(fare)["cents"] is None


def dated(name, first, last):
    text = FILE.replace("proef-2026", name).replace("2026-01-01", first).replace("2026-12-31", last)
    return read_fares(text)


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2025-12-31", NoFare.NOT_YET), ("2026-01-01", None), ("2026-06-30", None), ("2026-07-01", NoFare.GAP),
     ("2026-07-31", NoFare.GAP), ("2026-08-01", None), ("2026-12-31", None), ("2027-01-01", NoFare.EXPIRED)],
)  # fmt: skip
def test_outside_of_the_dates_of_every_file_and_in_a_gap_there_is_a_reason(day, reason):
    files = [dated("eerste", "2026-01-01", "2026-06-30"), dated("tweede", "2026-08-01", "2026-12-31")]
    fare = chain("A 1000", files=files, day=dt.date.fromisoformat(day))
    assert fare.reason is reason
    assert (fare.cents is None) is (reason is not None)


def test_without_any_file_there_is_a_reason():
    assert chain("A 1000", files=()).reason is NoFare.NO_FILE


def test_a_line_is_sure_only_when_its_price_and_its_length_are():
    assert chain("A 1000").status == "vastgesteld"
    assert chain("A 1000 | 5 | B 1000").status == "aanname"
    now = dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)
    straight = FareRide("A", "1", ("x",), ("y",), now, now, 1000, measured=False)
    assert [line.status for line in price([straight], [FARES], DAY).lines] == ["vastgesteld", "aanname"]


def test_a_price_for_a_station_holds_for_its_platforms():
    now = dt.datetime(2026, 3, 10, 8, tzinfo=dt.UTC)
    ride = FareRide("T", "1", ("p1", "s1"), ("p7", "s2"), now, now, None)
    assert price([ride], [FARES], DAY).cents == 300


def test_a_train_that_is_left_by_walking_to_another_station_is_two_trips():
    assert chain("T s1-s2 | 5 | T s1-s3").cents == 820


def test_nobody_pays_for_a_journey_without_rides():
    assert price([], [FARES], DAY).cents == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda told: told.update(cents=told["cents"] + 1), "cents"),
        (lambda told: told["lines"][1].update(cents=99), "lines[2].cents"),
        (lambda told: told["lines"][1].update(metres=9), "lines[2].cents"),
        (lambda told: told["lines"][1].update(eur_per_km="0.3"), "lines[2].cents"),
        (lambda told: told["lines"].pop(), "cents"),
    ],
)
def test_a_receipt_that_was_changed_does_not_add_up(change, fault):
    told = json.loads(json.dumps(to_json(chain("A 12345"))))
    change(told)
    assert fault in faults_of(told)


def test_a_receipt_without_an_answer_has_no_number():
    told = json.loads(json.dumps(to_json(chain("Z 1"))))
    assert faults_of(told) == []
    assert faults_of(told | {"cents": 5}) == ["cents"]


def month(days, text="A 12345"):
    journeys = [(dt.date(2026, 3, day), chain(text)) for day in days for _ in ("heen", "terug")]
    return {cost.product.id if cost.product else "": cost for cost in compare(journeys, FARES.products)}


def test_a_month_is_compared_with_every_product_cheapest_first():
    # Twice € 3,64 a day on eight days is € 58,24. 35 % off each line (116 → 75, 248 → 161) is € 2,36 a ride.
    costs = month(range(2, 10))
    assert costs[""].cents == 5824
    assert costs["jong"].cents == 16 * 236 == 3776
    # 20 % off the part from € 10 to € 35 (€ 5,00) and 50 % off the part above (€ 11,62).
    assert costs["staffel"].cents == 5824 - 500 - 1162
    assert costs["maand"].cents == 6000
    assert list(costs) == ["jong", "staffel", "", "maand"]


def test_a_cap_of_a_day_and_of_a_month_hold():
    costs = month(range(2, 24), "A 30000")  # € 7,19 a ride; 35 % off: 75 + 392 = € 4,67, twice a day above € 6,50
    assert costs["jong"].cents == 10_000
    assert {line.part for line in costs["jong"].lines} >= {Part.PERCENT, Part.CAP_DAY, Part.CAP_MONTH}
    assert costs["jong"].cents == sum(line.cents for line in costs["jong"].lines)
    few = month(range(2, 5), "A 30000")
    assert few["jong"].cents == 3 * 650


def test_a_product_is_for_its_own_carriers_only():
    costs = month(range(2, 4), "A 1000 | 5 | B 1000")
    assert costs[""].cents == 4 * 162
    assert costs["jong"].cents == 4 * (75 + 13 + 26)
    assert costs["maand"].cents == 6000


def test_a_band_of_a_hundred_percent_makes_the_rest_free():
    assert month(range(2, 30), "A 30000")["staffel"].cents == 1000 + 2000 + 1750 + 900


def test_a_product_for_the_young_is_not_offered_to_who_is_older():
    journeys = [(DAY, chain("A 1000"))]
    assert [cost.product.id for cost in compare(journeys, FARES.products, age=19) if cost.product] == [
        "staffel",
        "maand",
    ]
    assert len(compare(journeys, FARES.products, age=18)) == 4


def test_a_month_with_one_journey_without_a_price_has_no_price():
    costs = compare([(DAY, chain("A 1000")), (DAY, chain("Z 1000"))], FARES.products)
    assert [(cost.cents, cost.reason, cost.missing) for cost in costs] == [(None, NoFare.UNKNOWN, "Z 1")]


def test_two_months_are_not_one():
    with pytest.raises(ValueError, match="month"):
        compare([(DAY, Fare()), (dt.date(2026, 4, 1), Fare())], ())


@given(some.lists(some.integers(0, 40_000), min_size=1, max_size=30))
def test_a_product_without_a_price_of_its_own_never_makes_a_month_dearer(lengths):
    journeys = [(DAY, chain(f"A {metres}")) for metres in lengths]
    costs = compare(journeys, FARES.products)
    plain = next(cost.cents for cost in costs if cost.product is None)
    for cost in costs:
        assert cost.cents == sum(line.cents for line in cost.lines)
        assert cost.cents >= 0
        if cost.product is None or not cost.product.price_cents:
            assert cost.cents <= plain


WRONG = {
    "an unknown key at the top": ('id = "proef', 'naam = "x"\nid = "proef', "onbekende_sleutel", "naam"),
    "an unknown key in a line": (
        "base_cents = 300",
        "base_cents = 300\nprijs = 3",
        "onbekende_sleutel",
        "distance[3].prijs",
    ),
    "an amount with a point": ("base_cents = 300", "base_cents = 3.00", "getal_met_punt", "distance[3].base_cents"),
    "a rate that is no text": ('eur_per_km = "0.5"', "eur_per_km = 0.5", "getal_met_punt", "distance[3].eur_per_km"),
    "a rate with a comma": ('"0.5"', '"0,5"', "tarief_kan_niet", "distance[3].eur_per_km"),
    "a rate below nought": ('"0.5"', '"-0.5"', "tarief_kan_niet", "distance[3].eur_per_km"),
    "a rate that is not a number": ('"0.5"', '"nan"', "tarief_kan_niet", "distance[3].eur_per_km"),
    "an amount below nought": ("base_cents = 300", "base_cents = -1", "getal_kan_niet", "distance[3].base_cents"),
    "an amount that is a text": ("base_cents = 300", 'base_cents = "300"', "getal_kan_niet", "distance[3].base_cents"),
    "an amount that is yes": ("base_cents = 300", "base_cents = true", "getal_kan_niet", "distance[3].base_cents"),
    "a missing amount": ("base_cents = 300\n", "", "waarde_ontbreekt", "distance[3].base_cents"),
    "a missing source": ('source = "Verzonnen tarieven voor deze test"\n', "", "waarde_ontbreekt", "source"),
    "an empty source": ("Verzonnen tarieven voor deze test", "  ", "waarde_ontbreekt", "source"),
    "a missing status": ('status = "vastgesteld"\n', "", "waarde_ontbreekt", "status"),
    "a status of another kind": ('"vastgesteld"', '"zeker"', "keuze_onbekend", "status"),
    "a date that is a text": ("2026-01-01", '"2026-01-01"', "datum_kan_niet", "valid_from"),
    "a moment for a date": ("2026-01-01", "2026-01-01T00:00:00", "datum_kan_niet", "valid_from"),
    "an end before its start": ("2026-12-31", "2025-12-31", "einde_voor_begin", "valid_to"),
    "a carrier twice": ('agencies = ["B"]', 'agencies = ["A"]', "staat_er_twee_keer", "agencies"),
    "a product twice": ('id = "staffel"', 'id = "jong"', "staat_er_twee_keer", "product"),
    "a price of a train with a point": ("8 = 300", "8 = 3.00", "getal_met_punt", "units[1].cents.8"),
    "a price of no units": ("8 = 300", "acht = 300", "getal_kan_niet", "units[1].cents.acht"),
    "a pair of one station": ('["s1", "s2", 8]', '["s1", "s1", 8]', "paar_kan_niet", "units[1].pairs"),
    "a pair of half a unit": ('["s1", "s2", 8]', '["s1", "s2", 8.5]', "paar_kan_niet", "units[1].pairs"),
    "a pair with two numbers": (
        '["s1", "s2", 8]',
        '["s1", "s2", 8], ["s2", "s1", 9]',
        "staat_er_twee_keer",
        "units[1].pairs",
    ),
    "bands that go down": ("[3500, 50]", "[500, 50]", "staffel_kan_niet", "product[2].bands"),
    "a band above a hundred": ("[3500, 50]", "[3500, 150]", "staffel_kan_niet", "product[2].bands"),
    "more off than there is": ("percent = 35", "percent = 135", "getal_kan_niet", "product[1].percent"),
    "another way of rounding": (
        "base_cents = 300",
        'base_cents = 300\nrounding = "omhoog"',
        "keuze_onbekend",
        "distance[3].rounding",
    ),
    "a rule for nobody": ('routes = ["nacht"]', "routes = []", "waarde_ontbreekt", "distance[3].agencies"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_with_one_wrong_thing_is_refused_and_the_key_is_named(name):
    old, new, code, key = WRONG[name]
    assert old in FILE
    with pytest.raises(FareRefused) as caught:
        read_fares(FILE.replace(old, new, 1))
    assert [(fault.code, fault.key) for fault in caught.value.faults] == [(code, key)]


@pytest.mark.parametrize("text", ["", "id = ", "a = [", "dit is geen toml", 'id = "x"'])
def test_what_is_no_file_of_prices_is_refused(text):
    with pytest.raises(FareRefused):
        read_fares(text)


def test_sets_keep_their_files_and_refuse_two_for_one_date(tmp_path):
    sets = FareSets(tmp_path)
    file = tmp_path / "f.toml"

    def add(text):
        file.write_text(text, "utf-8")
        return sets.add("regio", file)

    assert sets.open("regio") == []
    first = add(FILE)
    assert sets.open("regio") == [first]
    assert add(FILE.replace("base_cents = 300", "base_cents = 310")).digest != first.digest
    assert len(sets.open("regio")) == 1, "the same id takes the place of the old one"
    with pytest.raises(FareRefused) as caught:
        add(FILE.replace("proef-2026", "anders").replace("2026-01-01", "2026-12-31"))
    assert [(fault.code, fault.found) for fault in caught.value.faults] == [("overlapt", "proef-2026")]
    add(FILE.replace("proef-2026", "later").replace("2026-12-31", "2027-12-31").replace("2026-01-01", "2027-01-01"))
    assert [found.id for found in sets.open("regio")] == ["proef-2026", "later"]
    for bad in (tmp_path / "weg.toml", tmp_path):
        with pytest.raises(FareRefused):
            sets.add("regio", bad)
    file.write_bytes(b"id = \xff")
    with pytest.raises(FareRefused):
        sets.add("regio", file)
