"""``flask import pupils --column``: the headings of a school are said once and remembered for that school alone."""

import pytest

from tests.data.importers.test_school_files import FILES, OWN_WORDS, offer

FILE = FILES / "leerlingen-eigen-woorden.csv"
SAID = [part for field, heading in OWN_WORDS for part in ("--column", f"{field}={heading}")]


@pytest.fixture
def command(app):
    database = app.extensions["stageroute"].database
    offer(database, "postcodes", "postcodes.csv", (FILES / "basis" / "postcodes.csv").read_bytes(), school=None)

    def run(*more, school="99AA", file=FILE):
        return app.test_cli_runner().invoke(args=["import", "pupils", str(file), "--school", school, "--yes", *more])

    return run


def test_headings_are_said_once_and_remembered_for_that_school_alone(command):
    assert command().exit_code == 2
    first = command(*SAID)
    assert first.exit_code == 0, first.output
    assert "gelezen 1, nieuw 1, gewijzigd 0, weg 0, ongewijzigd 0" in first.output
    again = command()
    assert again.exit_code == 0
    assert "gelezen 1, nieuw 0, gewijzigd 0, weg 0, ongewijzigd 1" in again.output
    assert command(school="99BB").exit_code == 2


def test_nothing_is_remembered_of_a_file_that_is_refused(command, tmp_path):
    broken = tmp_path / "kapot.csv"
    broken.write_bytes(FILE.read_bytes().replace(b"di do", b"ma of di"))
    assert command(*SAID, file=broken).exit_code == 2
    assert command().exit_code == 2


@pytest.mark.parametrize("said", ["leerling", "=Nr intern", "leerling=", "onzin=Nr intern", "leerling=Nr extern"])
def test_a_mapping_that_makes_no_sense_ends_with_2_and_a_sentence(command, said):
    answer = command("--column", said)
    assert answer.exit_code == 2
    assert "Traceback" not in answer.output


def test_a_line_that_is_wrong_can_be_left_out(command, tmp_path):
    two = tmp_path / "twee.csv"
    two.write_bytes(FILE.read_bytes() + b"1102;9901 AB;iets;di do;fiets;1-9-2026;9-7-2027\r\n")
    assert command(*SAID, file=two).exit_code == 2
    answer = command(*SAID, "--without", "3", file=two)
    assert answer.exit_code == 0, answer.output
    assert "let op: Weggelaten op verzoek: regel 3." in answer.output
