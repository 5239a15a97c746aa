"""A receipt from outside is bounded before anything is computed with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from subsidy.errors import ReceiptError
from subsidy.receipt import FORMAT
from subsidy.receipt_reading import MAX_BYTES, MAX_DEPTH, MAX_ITEMS, MAX_NUMBER, parse_receipt, require_bounded
from subsidy.verification import verify_receipt


def nested(depth):
    document = 1
    for _ in range(depth):
        document = [document]
    return document


def test_what_is_written_is_read_with_or_without_a_byte_order_mark():
    for mark in (b"", b"\xef\xbb\xbf"):
        assert parse_receipt(mark + b'{"a": [1, {"a": null}]}', "bon.json") == {"a": [1, {"a": None}]}


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '{"x": {"a": 1, "b": 2, "a": 3}}', '[{"a": 1}, {"a": 1, "\\u0061": 2}]']
)
def test_a_name_that_stands_twice_is_refused_also_inside_and_escaped(text):
    with pytest.raises(ReceiptError, match="De naam 'a' staat twee keer"):
        parse_receipt(text.encode(), "bon.json")


@pytest.mark.parametrize(
    "content", [b"[" * 20_000 + b"]" * 20_000, b'{"a":' * 20_000, b"9" * 5_000, b"", b"geen", b"\xff\xfe"]
)
def test_what_is_no_json_or_beyond_a_parser_is_refused_with_the_name_of_the_file(content):
    with pytest.raises(ReceiptError, match=r"^bon\.json is geen JSON-bestand"):
        parse_receipt(content, "bon.json")


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(word):
    with pytest.raises(ReceiptError, match=f"{word} als waarde"):
        parse_receipt(f'{{"a": {word}}}'.encode(), "bon.json")


def test_a_file_larger_than_any_receipt_is_refused_unread():
    with pytest.raises(ReceiptError, match="groter dan"):
        parse_receipt(b" " * (MAX_BYTES + 1), "bon.json")
    assert parse_receipt(b"1".rjust(MAX_BYTES), "bon.json") == 1


def test_depth_length_and_size_of_numbers_are_bounded_at_the_bound():
    for fine in (nested(MAX_DEPTH - 1), [0] * MAX_ITEMS, MAX_NUMBER, -MAX_NUMBER, {}):
        require_bounded(fine)
    for beyond, words in (
        (nested(MAX_DEPTH), "dieper genest"),
        ([0] * (MAX_ITEMS + 1), "een lijst van"),
        ({"a": {str(number): 0 for number in range(MAX_ITEMS + 1)}}, "een lijst van"),
        ([MAX_NUMBER + 1], "een getal boven"),
        ([-MAX_NUMBER - 1], "een getal boven"),
    ):
        with pytest.raises(ReceiptError, match=words):
            require_bounded(beyond)


def test_a_receipt_with_sixty_thousand_counts_is_refused_before_it_is_computed():
    document = json.loads(json.dumps({"format": FORMAT, "inputs": {"counts": [["99ZA00", "99ZA00", 1, 1]] * 60_000}}))
    with pytest.raises(ReceiptError, match="een lijst van 60000 delen"):
        verify_receipt(document)


@pytest.mark.parametrize(("name", "words"), [("haken", "is geen JSON-bestand"), ("dubbele-sleutel", "twee keer")])
def test_verify_refuses_brackets_without_end_and_a_double_key_without_a_traceback(app, name, words):
    file = Path(__file__).parent / "receipts" / f"{name}.json"
    answer = app.test_cli_runner().invoke(args=["subsidy", "verify", str(file)])
    assert answer.exit_code == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.output
