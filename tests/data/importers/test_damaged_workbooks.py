"""A workbook can be damaged in more ways than anybody can list; each of them gets one sentence."""

import struct
import zlib
from pathlib import Path

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from data.faults import InputRefused
from data.importers import xlsx
from data.importers.reading import read_table
from tests.data.importers.files import to_xlsx, with_part

DAMAGED = Path(__file__).parent / "damaged"
WHOLE = to_xlsx([("code", "naam"), ("0034", "Almere"), ("0106", "Assen")])


class PanicOfALibraryError(BaseException):
    """A library in Rust that gives up raises something that is no Exception."""


@pytest.mark.parametrize("path", sorted(DAMAGED.glob("*.xlsx")), ids=lambda path: path.stem)
def test_a_damaged_workbook_is_called_damaged(path):
    with pytest.raises(InputRefused) as refused:
        read_table(path.name, path.read_bytes())
    assert str(refused.value) == f"{path.name}: Het XLSX-bestand is beschadigd. Sla het opnieuw op."


@pytest.mark.parametrize(
    "raised",
    [zlib.error("x"), LookupError("x"), struct.error("x"), MemoryError(), RecursionError(), AssertionError(),
     UnicodeError("x"), OverflowError(), PanicOfALibraryError()],
    ids=lambda raised: type(raised).__name__,
)  # fmt: skip
@pytest.mark.parametrize("where", ["opening", "reading"])
def test_whatever_a_library_raises_means_damaged(monkeypatch, raised, where):
    def fail(*_):
        raise raised

    if where == "opening":
        monkeypatch.setattr(xlsx, "_check_directory", fail)
    else:
        monkeypatch.setattr(python_calamine, "CalamineWorkbook", type("Stand", (), {"from_filelike": fail}))
    with pytest.raises(InputRefused, match="beschadigd"):
        read_table("lijst.xlsx", WHOLE)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_wants_to_stop_is_not_told_about_a_file(monkeypatch, stop):
    def fail(*_):
        raise stop

    monkeypatch.setattr(xlsx, "_check_directory", fail)
    with pytest.raises(stop):
        read_table("lijst.xlsx", WHOLE)


@pytest.mark.parametrize("encoding", ["UTF-77", "EUC-JP", "utf_16", "punycode", "idna", "rot13", "hex", "ascii\x00"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_no_claimed_encoding_is_a_fault_of_ours(part, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><a>\u00e9</a>'.encode()
    with pytest.raises(InputRefused):
        read_table("lijst.xlsx", with_part(WHOLE, part, xml))


def read_or_refuse(content):
    try:
        read_table("lijst.xlsx", content)
    except InputRefused:
        return


@given(st.data())
def test_any_bits_may_fall_over(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    read_or_refuse(bytes(content))


@given(st.integers(1, len(WHOLE) - 1), st.integers(0, 40))
def test_any_piece_may_be_missing(start, length):
    read_or_refuse(WHOLE[:start] + WHOLE[start + length :])
    read_or_refuse(WHOLE[:start])
