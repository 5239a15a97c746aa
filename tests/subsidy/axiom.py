"""Run one property twice: with some examples in every run, with ten thousand by `make deep`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

NORMAL, DEEP = 300, 10_000


def axiom(**strategies: SearchStrategy) -> Callable:
    """Turn a property into a test that carries its name."""

    def wrap(holds: Callable) -> Callable:
        @pytest.mark.parametrize("examples", [NORMAL, pytest.param(DEEP, marks=pytest.mark.deep)])
        def test(examples: int) -> None:
            quiet = [HealthCheck.too_slow]
            settings(max_examples=examples, deadline=None, suppress_health_check=quiet)(given(**strategies)(holds))()

        test.__name__ = test.__qualname__ = holds.__name__
        test.__doc__ = holds.__doc__
        return test

    return wrap
