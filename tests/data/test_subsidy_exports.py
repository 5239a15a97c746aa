"""Files out: the same cents in every format; workbooks are recalculated by another program."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "subsidy"))

from making import calculation, code, regeling, telling, terms

from data.exporters.subsidy_pdf import school_specification, split_specification
from data.exporters.subsidy_rows import COLUMNS, school_document, split_csv, split_document
from data.exporters.subsidy_school_xlsx import school_xlsx
from data.exporters.subsidy_xlsx import split_xlsx
from subsidy.apportionment import TieBreak
from subsidy.money import Cents, Rounding
from subsidy.parameters import Method, Moment, OddCent
from usecases.tegemoetkoming.subsidy import zip_specifications

COUNTS = {code(number): count for number, count in enumerate([118, 3, 3, 3, 57, 201, 1, 76, 118, 44], start=1)}
BANDS = telling(COUNTS | {code(1): (3, 6)})


def computed(**changes):
    return calculation(telling(COUNTS), terms(200_000_001, **changes))


def of_regeling():
    return replace(computed(), regeling=regeling())


def test_csv_has_the_agreed_columns_and_adds_up_to_the_budget():
    text = split_csv(of_regeling())
    assert text.startswith("school_id;naam;leerlingen_min;leerlingen_max;bedrag;tranche_1;tranche_2\r\n")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 10
    for name, total in (("bedrag", 200_000_001), ("tranche_1", 100_000_001), ("tranche_2", 100_000_000)):
        assert all(row[name][-3] == "," for row in rows)
        assert sum(int(row[name].replace(",", "")) for row in rows) == total


def test_a_scenario_says_so_on_every_line():
    rows = list(csv.DictReader(io.StringIO(split_csv(computed())), delimiter=";"))
    assert all(row["naam"].startswith("[scenario] ") for row in rows)
    document = split_document(computed(), 7)
    assert document["scenario"] is True
    assert {row["label"] for row in document["rows"]} == {"scenario"}
    assert document["as_of"]["telling"]["id"] == 7


def test_json_gives_whole_cents_and_nulls_for_bands():
    document = split_document(of_regeling())
    assert sum(row["bedrag"] for row in document["rows"]) == document["totaal"]["bedrag"] == 200_000_001
    assert set(COLUMNS) <= set(document["rows"][0])
    assert document["as_of"]["regeling"]["id"] == "reiskosten-2024-2026"
    assert "method" in document["as_of"]["aannames"]
    banded = split_document(calculation(BANDS, terms()))
    assert {row["bedrag"] for row in banded["rows"]} == {None}
    assert banded["totaal"]["bedrag"] is None
    assert school_document(of_regeling(), code(2))["leden"] == [code(2)]
    assert " – " in split_csv(calculation(BANDS, terms()))


def test_a_name_that_looks_like_a_formula_is_kept_from_being_one():
    base = of_regeling()
    lines = (replace(base.split.lines[0], name="=1+1"), *base.split.lines[1:])
    assert ";'=1+1;" in split_csv(replace(base, split=replace(base.split, lines=lines)))


CASES = {
    "closed budget": {},
    "second part first": {"odd_cent": OddCent.SECOND, "tie_break": TieBreak.HIGHEST_CODE},
    "most pupils": {"tie_break": TieBreak.MOST_PUPILS},
    **{
        f"per pupil {rounding} {moment}": {
            "method": Method.AMOUNT_PER_PUPIL, "rounding": rounding, "moment": moment, "rate": rate,
        }
        for rounding, moment, rate in (
            (Rounding.DOWN, Moment.SCHOOL, None), (Rounding.DOWN, Moment.RATE, None),
            (Rounding.HALF_EVEN, Moment.SCHOOL, Cents(6667)), (Rounding.UP, Moment.RATE, Cents(6667)),
        )
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory):
    """Recalculate every workbook with LibreOffice in one go; gives the path of the result by name."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (apt-get install libreoffice-calc)")
    folder = tmp_path_factory.mktemp("books")
    made = {name: split_xlsx(computed(**changes)) for name, changes in CASES.items()}
    made["school"] = school_xlsx(of_regeling(), code(6))
    paths = []
    for number, (name, content) in enumerate(made.items()):
        # Cached values are taken out, so that what is read back was really computed by the other program.
        book = openpyxl.load_workbook(io.BytesIO(content))
        path = folder / f"{number}.xlsx"
        book.save(path)
        paths.append((name, path))
    profile = folder / "profile"
    command = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir",
               str(folder / "out"), *(str(path) for _, path in paths)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: folder / "out" / path.name for name, path in paths}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_formulas_of_the_workbook_give_the_same_cents(recalculated, name):
    split = computed(**CASES[name]).split
    sheet = openpyxl.load_workbook(recalculated[name], data_only=True)["Verdeling"]
    rows = list(sheet.iter_rows(min_row=2, max_row=1 + len(split.lines), values_only=True))
    assert [(row[0], row[7], row[11], row[12]) for row in rows] == [
        (line.key, line.amount, line.first, line.second) for line in split.lines
    ]
    assert [row[13] for row in rows] == [line.amount / 100 for line in split.lines]
    inputs = openpyxl.load_workbook(recalculated[name], data_only=True)["Invoer"]
    found = {row[0]: row[1] for row in inputs.iter_rows(values_only=True) if row[0]}
    assert found["Som van de bedragen in centen"] == split.total
    assert found["Som van deel 1 in centen"] == split.total_first
    assert found["Som van deel 2 in centen"] == split.total_second
    assert found["Verschil met het budget in centen"] == split.difference


@pytest.mark.slow
def test_the_workbook_of_one_school_gives_the_same_cents(recalculated):
    line = computed().split.by_key[code(6)]
    sheet = openpyxl.load_workbook(recalculated["school"], data_only=True).active
    assert (sheet["B15"].value, sheet["B18"].value, sheet["B19"].value) == (line.amount, line.first, line.second)


def test_files_are_the_same_bytes_for_the_same_input():
    assert split_xlsx(computed()) == split_xlsx(computed())
    assert school_specification(of_regeling(), code(1)) == school_specification(of_regeling(), code(1))
    assert split_specification(computed()) == split_specification(computed())


def test_a_specification_is_an_accessible_pdf():
    content = school_specification(of_regeling(), code(1))
    assert content.startswith(b"%PDF-")
    for mark in (b"pdfuaid", b"/MarkInfo", b"/StructTreeRoot"):
        assert mark in content
    text = _text(content)
    assert "Specificatie reiskosten-tegemoetkoming" in text
    assert "aanname" in text.casefold()
    assert "beschikking" in text
    assert "Scenario" in _text(split_specification(computed()))
    assert "Bandbreedte" in _text(
        school_specification(replace(calculation(BANDS, terms()), regeling=regeling()), code(2))
    )


def _text(content):
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed (apt-get install poppler-utils)")
    return subprocess.run([program, "-", "-"], input=content, check=True, capture_output=True).stdout.decode()


def test_bands_have_workbooks_too():
    banded = calculation(BANDS, terms())
    sheet = openpyxl.load_workbook(io.BytesIO(split_xlsx(banded)))["Verdeling"]
    assert sheet["C2"].value == 3
    assert sheet["E2"].value == f"={banded.split.lines[0].low}/100"
    assert openpyxl.load_workbook(io.BytesIO(school_xlsx(banded, code(1)))).active["B12"].value is not None


def test_all_specifications_come_in_one_zip_with_progress():
    told = []
    content = zip_specifications(of_regeling(), (), lambda done, total, _: told.append((done, total)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"specificatie-{line.key}.pdf" for line in of_regeling().split.lines]
    assert told == [(number, 10) for number in range(1, 11)]
    assert content == zip_specifications(of_regeling(), (), lambda *_: None)
