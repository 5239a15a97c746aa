"""``flask match lawful``: the 65 stages of the measuring stick, and files that are refused with line and column."""

import csv
import io
from pathlib import Path

import pytest

CASES = Path(__file__).parents[1] / "matching" / "places" / "law" / "cases"
STAGES = (CASES / "stages.csv").read_text("utf-8")
HEADER, FIRST = STAGES.splitlines()[0], STAGES.splitlines()[17]


def _read(text):
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


ANSWERS = _read((CASES / "answers.csv").read_text("utf-8"))


@pytest.fixture
def ask(app, tmp_path):
    """Judge a file; gives the result of the command and the text of the answer, None when there is none."""

    def run(content):
        file, out = tmp_path / "stages.csv", tmp_path / "uit.csv"
        out.unlink(missing_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = app.test_cli_runner().invoke(args=["match", "lawful", str(file), "--out", str(out)])
        return result, out.read_bytes().decode("utf-8") if out.exists() else None

    return run


@pytest.fixture(scope="module")
def answered():
    from data.law_files import load_rulebook
    from usecases.stages.lawful import judge_file

    assert load_rulebook().law_id
    from tests.matching.places.law.stages import TODAY

    return {row["stage"]: row for row in _read(judge_file("stages.csv", STAGES.encode(), TODAY).text)}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['stage']} {answer['waarom']}")
def test_a_stage_of_the_measuring_stick_gets_its_verdict_with_every_article(answered, answer):
    found = answered[answer["stage"]]
    assert (found["oordeel"], found["regels"]) == (answer["oordeel"], answer["regels"])


def test_the_command_writes_one_answer_per_row_in_the_order_of_the_file(ask):
    result, text = ask(STAGES)
    assert result.exit_code == 0, result.output
    assert text.splitlines()[0] == "stage;oordeel;regels"
    assert [row["stage"] for row in _read(text)] == [answer["stage"] for answer in ANSWERS]
    assert "23 stages mogen, 42 mogen niet" in result.output


def _change(**cells):
    titles, row = HEADER.split(";"), FIRST.split(";")
    return HEADER + "\n" + ";".join(cells.get(title, cell) for title, cell in zip(titles, row, strict=True)) + "\n"


def test_the_same_table_in_other_clothes_gets_the_same_answer(ask):
    _, plain = ask(HEADER + "\n" + FIRST + "\n")
    quoted = "\n".join(";".join(f'"{cell}"' for cell in line.split(";")) for line in (HEADER, FIRST))
    mixed = (
        HEADER.upper()
        + "\n"
        + FIRST.replace("di 09:00", "DI 09:00").replace(";ja;", ";Ja;").replace("extern", "Extern")
    )
    turned = "\n".join(";".join(reversed(line.split(";"))) for line in (HEADER, FIRST))
    for other in (
        b"\xef\xbb\xbf" + f"{HEADER}\n{FIRST}\n".encode(),
        f"{HEADER}\r\n{FIRST}\r\n\r\n",
        f"{HEADER}\n{FIRST}",
        quoted,
        mixed,
        turned,
        f"{HEADER}\n{FIRST}café\n".encode("cp1252"),
    ):
        result, text = ask(other)
        assert result.exit_code == 0, result.output
        assert text == plain


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stage", ""),
        ("leeftijdsgroep", ""),
        ("leeftijdsgroep", "15"),
        ("leeftijdsgroep", "14–15"),
        ("soort", "snuffelstage"),
        ("soort", ""),
        ("plaats", "thuis"),
        ("dagen", ""),
        ("dagen", "di"),
        ("dagen", "di 09:00/30"),
        ("dagen", "di 09:00-/30"),
        ("dagen", "di 09:00-16:00"),
        ("dagen", "di 09:00-16:00/"),
        ("dagen", "di 09:00-16:00/x"),
        ("dagen", "di 09:00-16:00/-30"),
        ("dagen", "di 09:00-16:00/30+"),
        ("dagen", "di 16:00-09:00/30"),
        ("dagen", "di 22:00-02:00/30"),
        ("dagen", "di 09:00-09:00/0"),
        ("dagen", "di 09:00-25:00/30"),
        ("dagen", "di 24:00-24:00/0"),
        ("dagen", "di 09:00-24:01/30"),
        ("dagen", "di 09:60-16:00/30"),
        ("dagen", "di 09.00-16.00/30"),
        ("dagen", "di 09:00-16:00/420"),
        ("dagen", "di 09:00-16:00/600"),
        ("dagen", "di 09:00-16:00/200+200+30"),
        ("dagen", "xx 09:00-16:00/30"),
        ("dagen", "di 09:00-12:00/0|di 13:00-16:00/0"),
        ("school", "wo"),
        ("school", "wo 08:30-14:30/30"),
        ("school", "wo 14:30-08:30"),
        ("school", "wo 08:30-14:30|wo 08:30-14:30"),
        ("ouder_getekend", ""),
        ("ouder_getekend", "misschien"),
        ("toezicht", "1"),
        ("zondag_afgesproken", "x"),
        ("taken", "tillen"),
        ("taken", "tillen:"),
        ("taken", "tillen:zwaar"),
        ("taken", "kracht:-5"),
        ("taken", "inpakken|tillen:10kg"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_with_line_and_column_and_nothing_is_written(ask, column, value):
    result, text = ask(_change(**{column: value}))
    assert result.exit_code == 2
    assert text is None
    assert f"stages.csv, regel 2, kolom {column}:" in result.stderr


def test_every_fault_of_a_file_is_named_and_no_row_is_answered(ask):
    bad = _change(soort="iets", dagen="di 25:00-26:00/0") + _change(plaats="").splitlines()[1] + "\n" + FIRST + "\n"
    result, text = ask(bad)
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "stages.csv, regel 2, kolom soort",
        "stages.csv, regel 2, kolom dagen",
        "stages.csv, regel 3, kolom plaats",
    ]
    assert text is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Het bestand is leeg"),
        (HEADER.replace(";toezicht", "") + "\n", "kolom toezicht: Deze kolom ontbreekt"),
        (HEADER + ";geboortedatum\n" + FIRST + ";2011-01-01\n", "kolom geboortedatum: Deze kolom is onbekend"),
        (HEADER.replace("soort", "stage") + "\n" + FIRST + "\n", "kolom stage: Deze kolom staat er twee keer in"),
        (HEADER + "\n" + FIRST + ";;x\n", "regel 2: Deze regel heeft"),
        (HEADER + "\n" + FIRST.rsplit(";", 3)[0] + "\n", "regel 2: Deze regel heeft"),
        (HEADER + "\n" + FIRST.replace("extern", '"extern') + "\n", "aanhalingsteken"),
        ("zomaar tekst\n", "Deze kolom ontbreekt"),
    ],
)
def test_a_file_with_other_columns_or_cells_is_refused(ask, content, said):
    result, text = ask(content)
    assert result.exit_code == 2
    assert said in result.stderr
    assert text is None


def test_a_file_that_is_not_there_is_refused(app, tmp_path):
    out = tmp_path / "uit.csv"
    result = app.test_cli_runner().invoke(args=["match", "lawful", str(tmp_path / "weg.csv"), "--out", str(out)])
    assert result.exit_code == 2
    assert not out.exists()


def test_words_that_mean_nothing_and_two_rows_with_one_name_are_no_reason_to_refuse(ask):
    result, text = ask(
        _change(taken="Kassa|vakken vullen|TILLEN: 10,5") + _change(taken="tillenband|machine_gevaar").splitlines()[1]
    )
    assert result.exit_code == 0, result.output
    assert [row["regels"] for row in _read(text)] == ["NRK 1:1 lid 2 c|NRK 1:1 lid 2 e", ""]


def test_a_day_may_end_at_midnight_and_is_then_too_late_for_a_pupil(ask):
    _, text = ask(_change(leeftijdsgroep="16-17", dagen="do 20:00-24:00/0", school=""))
    assert [row["regels"] for row in _read(text)] == ["ATW 5:3 lid 1"]


def test_a_machine_is_asked_at_13_only_and_an_empty_school_week_is_a_week_without_school(ask):
    _, text = ask(
        _change(
            leeftijdsgroep="13", soort="maatschappelijk", dagen="za 09:00-12:00/0", taken="machine_gevaar", school=""
        )
    )
    assert [row["regels"] for row in _read(text)] == ["NRK 1:1 lid 3 a"]
