"""Two evaluations that were written apart give the same articles for any stage."""

from hypothesis import given, settings

from tests.matching.places.law.second_evaluation import broken_rules
from tests.matching.places.law.stages import cited, random_stages, to_facts


@settings(max_examples=400, deadline=None)
@given(random_stages())
def test_a_second_evaluation_names_the_same_articles(stage):
    assert cited(to_facts(stage)) == broken_rules(stage)
