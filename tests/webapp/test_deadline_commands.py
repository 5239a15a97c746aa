"""``flask subsidy deadlines``: terms counted from days that somebody types."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["subsidy", "deadlines", *words])


def test_json_gives_one_object_per_day_in_the_order_given(run):
    answer = run("2028-11-27", "2024-11-13", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == [
        {"bekendgemaakt": "2028-11-27", "bezwaar_tot_en_met": "2029-01-08", "zeker": False},
        {"bekendgemaakt": "2024-11-13", "bezwaar_tot_en_met": "2024-12-30", "zeker": True},
    ]


def test_a_day_beyond_the_known_decrees_says_that_it_may_still_move(run):
    assert "2029-01-08 (kan nog verschuiven)" in run("2028-11-27").stdout
    assert "verschuiven" not in run("2024-11-13").stdout


@pytest.mark.parametrize("day", ["2013-12-31", "9999-12-31", "2024-02-30", "gisteren", ""])
def test_a_day_that_cannot_be_counted_from_is_refused_without_a_crash(run, day):
    answer = run("2024-10-03", day, "--json")
    assert answer.exit_code == 2
    assert not answer.stdout
    assert answer.stderr


def test_no_day_at_all_is_refused(run):
    assert run("--json").exit_code == 2
