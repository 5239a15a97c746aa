"""``flask import``: the report, the exit codes, the line numbers, and nothing saved without a yes."""

import click
import pytest

import data.importers
from data.tables.imports import ImportRun
from data.tables.organisation import Gemeente
from tests.data.importers.files import to_xlsx
from tests.usecases.work.importer import GemeenteImporter
from webapp.cli import _answering_refusals
from webapp.cli.imports import make_command


@pytest.fixture
def command(app, monkeypatch, tmp_path):
    """Run ``flask import gemeenten`` on content."""
    monkeypatch.setattr(data.importers, "IMPORTERS", (GemeenteImporter,))
    group = click.Group("import")
    group.add_command(make_command(GemeenteImporter))
    _answering_refusals(group)

    def run(content, *options, name="g.csv"):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        return app.test_cli_runner().invoke(group, ["gemeenten", str(path), *options])

    return run


def names(app):
    with app.extensions["stageroute"].database.read() as session:
        return dict(session.query(Gemeente.code, Gemeente.name).all())


GOOD = b"Code;Naam\r\n9801;Oostermeer\r\n9802;Westmeer\r\n0003;Nieuwmeer\r\n"


def test_without_yes_the_difference_is_shown_and_nothing_is_saved(app, command):
    before = names(app)
    answer = command(GOOD)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "0003\tnieuw",
        "9801\tgewijzigd\tNaam: Oostmeer → Oostermeer",
        "gelezen 3, nieuw 1, gewijzigd 1, weg 0, ongewijzigd 1",
        "niet opgeslagen: bekijk het verschil en geef --yes om op te slaan",
    ]
    assert names(app) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_with_yes_everything_is_saved_and_a_second_time_nothing_differs(app, command, kind):
    content = GOOD if kind == "csv" else to_xlsx([("Code", "Naam"), ("9801", "Oostermeer"), (3, "Nieuwmeer")])
    first = command(content, "--yes", name=f"g.{kind}")
    assert first.exit_code == 0, first.stderr
    assert "opgeslagen als import 1, sha256 " in first.stdout
    assert names(app)["9801"] == "Oostermeer"
    assert names(app)["0003"] == "Nieuwmeer"
    second = command(content, "--yes", name=f"g.{kind}")
    assert ", nieuw 0, gewijzigd 0, weg 0," in second.stdout
    with app.extensions["stageroute"].database.read() as session:
        assert [run.saved_by for run in session.query(ImportRun)] == ["beheer via de opdrachtregel"] * 2


def test_ten_damaged_rows_are_ten_lines_on_standard_error_and_nothing_changes(app, command):
    good = [b"Code;Naam;Leerlingen", *(b"%04d;Dorp %d;5" % (n, n) for n in range(1, 60))]
    damage = {
        2: b"x;Dorp;5", 5: b"0004", 9: b"0008;;5", 14: b"0013;D;veel", 20: b'0019;"D;5', 27: b"0026;D;-1",
        35: b"0034;=1+1;5", 41: b"0001;D;5", 48: b"12345;D;5", 55: b"0054;D;5;6",
    }  # fmt: skip
    # Line 41 repeats the key of line 2, which is damaged itself, and of line 3: those two are named.
    good[2] = b"0001;Dorp;5"
    for line, row in damage.items():
        good[line - 1] = row
    before = names(app)
    answer = command(b"\n".join(good), "--yes")
    assert answer.exit_code == 2
    lines = answer.stderr.splitlines()
    assert [int(line.split("regel ")[1].split(",")[0].split(":")[0]) for line in lines] == sorted({3, *damage})
    assert all(line.startswith("g.csv, regel ") for line in lines)
    assert names(app) == before
    with app.extensions["stageroute"].database.read() as session:
        assert session.query(ImportRun).count() == 0


@pytest.mark.parametrize(
    ("content", "options", "part"),
    [
        (None, (), "bestaat niet"),
        (b"", (), "leeg"),
        (GOOD, ("--jaar", "soms"), "--jaar"),
        (b"\x00\x01", (), "geen tekst"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_code_2(command, content, options, part):
    answer = command(content, *options)
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert part in answer.stderr


def test_a_failure_in_the_middle_of_saving_leaves_nothing_behind(app, command, monkeypatch):
    before = names(app)
    save = GemeenteImporter.save

    def half(self, session, diff, run):
        save(self, session, diff, run)
        session.flush()
        raise ZeroDivisionError

    monkeypatch.setattr(GemeenteImporter, "save", half)
    assert isinstance(command(GOOD, "--yes").exception, ZeroDivisionError)
    assert names(app) == before
    with app.extensions["stageroute"].database.read() as session:
        assert session.query(ImportRun).count() == 0
