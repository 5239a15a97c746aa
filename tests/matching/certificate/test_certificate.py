"""A certificate against brute force and against everybody who changes it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from matching.certificate.check import check_certificate
from matching.certificate.form import digest_of, read_certificate, to_bytes
from matching.errors import CertificateRefusedError
from matching.proposals.assignment import assign_places
from matching.proposals.evidence import Evidence
from matching.proposals.problem import Option, Problem
from tests.matching.proposals.brute_force import find_best, iterate_proposals, value_of
from tests.matching.proposals.random_problems import make_problem

LENGTHS = 3
AS_OF = {"datum": "2026-12-01", "wegennet": "rechte-lijnen"}


def certify(problem: Problem, seed: int = 1) -> dict[str, Any]:
    """The certificate of the best proposal."""
    assignment = assign_places(problem, seed=seed, levels=LENGTHS)
    return Evidence(problem, assignment, LENGTHS, AS_OF, lambda: None).write()


def check(content: dict[str, Any]) -> list[tuple[str, int, bool]]:
    """The answer of the checker about the bytes of a certificate."""
    return [(level.name, level.value, level.proven) for level in check_certificate(read_certificate(to_bytes(content)))]


def signed(content: dict[str, Any]) -> dict[str, Any]:
    """The content with a digest that fits it: a forger who knows how the file is made."""
    return content | {"digest": digest_of(content)}


def with_assignment(content: dict[str, Any], taken: list[Option]) -> dict[str, Any]:
    """The certificate with another assignment and its true values, and the proofs as they were."""
    key = value_of(taken, LENGTHS)
    names = [("geplaatst", len(taken))]
    for number, (minutes, pupils) in enumerate(key[1], start=1):
        names += [(f"langste_reis_{number}", minutes), (f"leerlingen_met_reis_{number}", pupils)]
    names += [("weeklast", key[2]), ("wensen", -key[3])]
    proofs = {level["name"]: level["proof"] for level in content["levels"]}
    levels = [{"name": name, "value": value, "proof": proofs.get(name)} for name, value in names]
    return signed(content | {"placed": {o.pupil: o.place for o in taken}, "levels": levels})


@pytest.mark.slow
def test_what_is_proven_in_500_small_groups_is_the_best_of_everything_that_could_be_tried():
    unproven = 0
    for seed in range(500):
        problem = make_problem(seed, pupils=4 + seed % 2, places=3, options=3)
        content = certify(problem)
        best = find_best(problem, LENGTHS)
        found = check(content)
        assert found[0][1] == -best[0]
        measured = (
            -found[0][1],
            tuple((found[at][1], found[at + 1][1]) for at in range(1, len(found) - 2, 2)),
            found[-2][1],
            -found[-1][1],
        )
        assert measured == best
        unproven += not all(proven for _, _, proven in found)
    assert unproven == 0


@pytest.mark.slow
def test_a_proposal_that_is_worse_is_refused_with_every_proof_of_the_best_one():
    refused = 0
    for seed in range(40):
        problem = make_problem(seed, pupils=4, places=3, options=3)
        content = certify(problem)
        best = find_best(problem, LENGTHS)
        for taken in iterate_proposals(problem):
            forged = with_assignment(content, list(taken))
            if value_of(taken, LENGTHS) == best:
                check(forged)
                continue
            with pytest.raises(CertificateRefusedError):
                check(forged)
            refused += 1
    assert refused > 1_000


def places_in(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree of JSON where a value stands."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield (*path, key)
            yield from places_in(value, (*path, key))


def mutate(content: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The content with one value changed, taken out, doubled or put elsewhere."""
    changed = copy.deepcopy(content)
    path = dice.choice([path for path in places_in(changed) if path != ("digest",)])
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    key, value = path[-1], parent[path[-1]]
    kind = dice.randrange(4)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(value))
    elif isinstance(value, int):
        parent[key] = value + dice.choice([-1, 1, 7, -1000, 10**9])
    elif isinstance(value, str):
        others = [*content["pupils"], *content["places"], "", "L999"]
        parent[key] = dice.choice([other for other in others if other != value])
    else:
        parent[key] = dice.choice([None, [], {}, 0, "x"])
    return changed


@pytest.mark.slow
def test_every_one_of_10_000_changed_certificates_is_refused():
    dice = random.Random(1)
    contents = [certify(make_problem(seed, pupils=4, places=3, options=3)) for seed in range(20)]
    tried = 0
    while tried < 10_000:
        content = dice.choice(contents)
        changed = mutate(content, dice)
        if changed == content:
            continue
        tried += 1
        with pytest.raises(CertificateRefusedError):
            check(changed)


@pytest.mark.slow
def test_a_forger_who_renews_the_digest_gets_nothing_accepted_that_is_not_true():
    dice = random.Random(2)
    accepted = 0
    for seed in range(40):
        content = certify(make_problem(seed, pupils=4, places=3, options=3))
        for _ in range(60):
            changed = signed(mutate(content, dice))
            try:
                found = check(changed)
            except CertificateRefusedError:
                continue
            accepted += 1
            assert_true(changed, found)
    assert accepted > 100  # prices may move a little and still prove the same: that is no lie


def assert_true(content: dict[str, Any], found: list[tuple[str, int, bool]]) -> None:
    """What the checker accepts about a certificate, judged by trying everything in the problem that it states."""
    problem = Problem(
        {pupil: frozenset(slots) for pupil, slots in content["pupils"].items() if pupil not in content["locks"]},
        {place: dict(map(tuple, left)) for place, left in content["places"].items()},
        [Option(*row) for row in content["options"]],
    )
    best = min(value_of(taken, content["lengths"]) for taken in iterate_proposals(problem))
    flat = [-best[0], *(number for step in best[1] for number in step), best[2], -best[3]]
    for (name, value, proven), most in zip(found, flat, strict=False):
        assert not proven or value == most, name


def test_crossing_days_are_proven_by_branching():
    """Three pupils on mo+tu, tu+we, mo+we and one seat a day: half a pupil each would make one and a half."""
    problem = Problem(
        {"A": frozenset({0, 1}), "B": frozenset({1, 2}), "C": frozenset({0, 2})},
        {"P": {0: 1, 1: 1, 2: 1}},
        [Option(name, "P", 10, 40, 0) for name in "ABC"],
    )
    content = certify(problem)
    assert check(content)[0] == ("geplaatst", 1, True)


def test_a_pupil_with_a_lock_keeps_the_seat_and_is_not_part_of_the_levels():
    options = [Option("A", "P", 50, 100, 0), Option("B", "P", 10, 20, 0), Option("B", "Q", 20, 40, 0)]
    days = dict.fromkeys("AB", frozenset({1}))
    content = certify(Problem(days, {"P": {1: 1}, "Q": {1: 1}}, options, locks={"A": "P"}))
    assert content["placed"] == {"A": "P", "B": "Q"}
    assert check(content)[:2] == [("geplaatst", 1, True), ("langste_reis_1", 20, True)]
    forged = signed(content | {"placed": {"A": "P", "B": "P"}})
    with pytest.raises(CertificateRefusedError, match="meer leerlingen dan plekken"):
        check(forged)
    with pytest.raises(CertificateRefusedError, match="staat vast op plek P"):
        check(signed(content | {"placed": {"B": "Q"}}))


class NearestOnly:
    """A list that stops at some minutes."""

    def __init__(self, limit):
        self.limit = limit

    def complete_to(self, _pupil):
        return self.limit

    def extend(self, _wanted):
        return []


def test_a_list_that_is_not_complete_proves_only_what_the_rest_can_not_change():
    days = dict.fromkeys("AB", frozenset({1}))
    options = [Option("A", "P", 10, 20, 0), Option("B", "Q", 15, 30, 0)]
    content = certify(Problem(days, {"P": {1: 1}, "Q": {1: 1}}, options, columns=NearestOnly(15)))
    assert [proven for *_, proven in check(content)][:2] == [True, True]
    later = copy.deepcopy(content)
    proof = later["levels"][0]["proof"]
    for level in later["levels"]:
        level["proof"] = proof
    later["complete_to"] = {"A": 5, "B": 5}
    with pytest.raises(CertificateRefusedError):
        check(signed(later))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "geen leesbare JSON"),
        (b"\xff\xfe", "geen leesbare JSON"),
        (b"[" * 100_000, "geen leesbare JSON"),
        (b"[]", "groep met precies"),
        (b'{"seed": 1, "seed": 1}', "een naam twee keer"),
        (b'{"seed": 1.5}', "alleen hele getallen"),
        (b'{"seed": ' + b"9" * 5_000 + b"}", "geen leesbare JSON"),
    ],
)
def test_a_file_that_is_no_certificate_is_refused_in_one_sentence(raw, sentence):
    with pytest.raises(CertificateRefusedError, match=sentence):
        read_certificate(raw)


def test_a_written_certificate_reads_back_as_it_was():
    content = certify(make_problem(3, pupils=6, places=5, options=4))
    assert json.loads(to_bytes(content)) == content
    assert read_certificate(to_bytes(content)).as_of == AS_OF
