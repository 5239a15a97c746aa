"""From what somebody types to a point, with the precision that was used."""

from __future__ import annotations

import http.server
import json
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.geocode import Geocoder, KnownPoint, NoPlace, Place, Precision, SearchFailed, normalise_postcode
from geo.pdok import Locatieserver


class Table:
    """A table of three postcodes and one gemeente."""

    points = {"3811AB": KnownPoint("3811 AB Meerdorp", 52.61, 5.41), "3811": KnownPoint("3811 Meerdorp", 52.62, 5.42)}  # noqa: RUF012

    def postcode_point(self, postcode):
        return self.points.get(postcode)

    def municipality_of(self, pc4):
        return KnownPoint("Oostmeer", 52.65, 5.45) if pc4 == "3899" else None

    def municipality_named(self, name):
        return KnownPoint("Oostmeer", 52.65, 5.45) if name.casefold() == "oostmeer" else None


class Search:
    """An address service that gives what it was told to give."""

    def __init__(self, answer):
        self.answer = answer

    def find_address(self, _text):
        return self.answer


def test_a_postcode_is_read_in_any_spelling():
    assert {normalise_postcode(text) for text in ("3811AB", " 3811 ab ", "3811  aB")} == {"3811AB"}
    assert normalise_postcode("3811") == "3811"


@pytest.mark.parametrize("text", ["0811AB", "3811SS", "38111", "381 AB", "3811A", "AB3811", "", "3811ABC"])
def test_what_is_no_dutch_postcode_is_not_read_as_one(text):
    assert normalise_postcode(text) is None


@pytest.mark.parametrize(
    ("text", "lat", "precision", "note"),
    [
        ("3811 AB", 52.61, Precision.PC6, ""),
        ("3811", 52.62, Precision.PC4, ""),
        ("3811zz", 52.62, Precision.PC4, "alleen het gebied 3811"),
        ("3899 AB", 52.65, Precision.MUNICIPALITY, "alleen de gemeente bekend: Oostmeer"),
        ("oostmeer", 52.65, Precision.MUNICIPALITY, ""),
        ("52,63 ; 5,41", 52.63, Precision.POINT, ""),
        ("52.63, 5.41", 52.63, Precision.POINT, ""),
        ("52.63 5.41", 52.63, Precision.POINT, ""),
        ("Dorpsstraat 1, 3811 AB Meerdorp", 52.61, Precision.PC6, "Adressen worden niet opgezocht"),
    ],
)
def test_a_place_is_found_as_precisely_as_the_tables_allow(text, lat, precision, note):
    place = Geocoder(Table()).find(text)
    assert isinstance(place, Place)
    assert (place.lat, place.precision) == (lat, precision)
    assert note in place.note
    assert bool(note) == bool(place.note)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Vul een postcode"),
        ("1234 ZZ", "1234 ZZ staat niet"),
        ("Nergenshuizen", "niet bekend"),
        ("91, 5", "niet op aarde"),
        ("5.4, 190", "niet op aarde"),
        ("nan, nan", "niet bekend"),
        ("x" * 200, "hooguit 120 tekens"),
    ],
)
def test_what_is_not_found_has_a_reason(text, reason):
    answer = Geocoder(Table()).find(text)
    assert isinstance(answer, NoPlace)
    assert reason in answer.reason


@given(st.text(max_size=200))
def test_any_text_gives_a_place_or_a_reason(text):
    answer = Geocoder(Table()).find(text)
    assert isinstance(answer, Place) or answer.reason


def test_an_address_is_found_when_the_service_is_switched_on():
    found = Geocoder(Table(), Search(KnownPoint("Dorpsstraat 1, Meerdorp", 52.6, 5.4))).find("dorpsstraat 1 meerdorp")
    assert isinstance(found, Place)
    assert (found.precision, found.label) == (Precision.ADDRESS, "Dorpsstraat 1, Meerdorp")


def test_a_failing_service_leaves_the_postcode_with_the_reason():
    found = Geocoder(Table(), Search(SearchFailed("De adreszoeker is niet bereikbaar."))).find("Kerkweg 2, 3811 AB")
    assert isinstance(found, Place)
    assert (found.precision, found.note) == (Precision.PC6, "De adreszoeker is niet bereikbaar.")


GOOD = {"response": {"docs": [{"weergavenaam": "Dam 1, Amsterdam", "centroide_ll": "POINT(4.8926 52.3731)"}]}}


class Fake:
    """A Locatieserver on loopback that answers with given bytes, after a given time."""

    def __init__(self, body: bytes, status: int = 200, drip_s: float = 0.0):
        outer = self
        self.asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if not drip_s:
                    self.wfile.write(body)
                    return
                try:
                    for at in range(len(body)):
                        time.sleep(drip_s)
                        self.wfile.write(body[at : at + 1])
                        self.wfile.flush()
                except OSError:
                    pass

            def log_message(self, *_arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/free"

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()


def test_an_answer_of_the_service_is_a_point_and_is_remembered():
    with Fake(json.dumps(GOOD).encode()) as fake:
        search = Locatieserver(fake.address)
        assert search.find_address("Dam 1 Amsterdam") == KnownPoint("Dam 1, Amsterdam", 52.3731, 4.8926)
        search.find_address("  dam 1   AMSTERDAM ")
        assert len(fake.asked) == 1


def test_no_address_found_is_nothing_and_is_remembered_too():
    with Fake(b'{"response": {"docs": []}}') as fake:
        search = Locatieserver(fake.address)
        assert search.find_address("xyz") is None
        assert search.find_address("xyz") is None
        assert len(fake.asked) == 1


def test_a_remembered_answer_expires():
    now = [0.0]
    with Fake(json.dumps(GOOD).encode()) as fake:
        search = Locatieserver(fake.address, clock=lambda: now[0], keep_s=10)
        search.find_address("Dam 1")
        now[0] = 11
        search.find_address("Dam 1")
        assert len(fake.asked) == 2


def _with_point(text):
    return json.dumps({"response": {"docs": [{"weergavenaam": "x", "centroide_ll": text}]}}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>storing</html>",
        b"[1, 2]",
        b'{"response": null}',
        b'{"response": {"docs": [{}]}}',
        b'{"response": {"docs": "veel"}}',
        b"\xff\xfe\x00",
        b"[" * 50_000,
        _with_point("POINT(nan nan)"),
        _with_point("POINT(52.37 4.89)"),
        _with_point("POINT(-74.0 40.7)"),
        _with_point(7),
        json.dumps({"response": {"docs": [{"weergavenaam": None, "centroide_ll": "POINT(4.9 52.3)"}]}}).encode(),
        b"x" * 200_000,
    ],
)
def test_garbage_of_the_service_becomes_a_reason(body):
    with Fake(body) as fake:
        answer = Locatieserver(fake.address).find_address("Dam 1")
    assert isinstance(answer, SearchFailed)
    assert answer.reason.startswith("De adreszoeker")


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_an_error_of_the_service_becomes_a_reason(status):
    with Fake(b"{}", status) as fake:
        assert Locatieserver(fake.address).find_address("Dam 1") == SearchFailed("De adreszoeker is niet bereikbaar.")


def test_a_service_that_drips_its_answer_is_left_alone_in_time():
    with Fake(json.dumps(GOOD).encode(), drip_s=0.05) as fake:
        start = time.monotonic()
        answer = Locatieserver(fake.address, timeout_s=0.3).find_address("Dam 1")
        assert time.monotonic() - start < 0.6
    assert answer == SearchFailed("De adreszoeker gaf niet op tijd antwoord.")


def test_after_three_failures_nobody_waits_for_the_service_for_a_minute():
    now = [0.0]
    with Fake(b"kapot") as fake:
        search = Locatieserver(fake.address, clock=lambda: now[0])
        for text in ("a", "b", "c", "d", "e"):
            assert isinstance(search.find_address(text), SearchFailed)
        assert len(fake.asked) == 3
        now[0] = 61
        search.find_address("f")
        assert len(fake.asked) == 4


def test_the_service_is_asked_over_https_only():
    with pytest.raises(ValueError, match="https"):
        Locatieserver("http://example.org/free")
