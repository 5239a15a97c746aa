"""The outline of a raster against shapely's own union of the same squares."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo.outline import outline

rasters = st.integers(1, 9).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=9)
)
DONUT_THAT_LEAKS_AT_A_CORNER = [[1, 1, 1], [1, 0, 1], [1, 1, 0]]
CHESS_BOARD = [[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]]


@given(rasters)
@example(DONUT_THAT_LEAKS_AT_A_CORNER)
@example(CHESS_BOARD)
@example([[0]])
def test_the_outline_has_the_inside_of_the_union_of_the_squares(raster):
    covered = np.array(raster, bool)
    row, column = np.nonzero(covered)
    union = shapely.union_all(shapely.box(column, row, column + 1, row + 1))
    shape = outline(covered)
    assert shape.is_valid
    assert shape.area == covered.sum()
    assert shapely.symmetric_difference(shape, union).area == 0
    assert shapely.get_num_geometries(shape) == (shapely.get_num_geometries(union) if row.size else 0)


def test_squares_that_touch_at_a_corner_only_are_apart():
    assert shapely.get_num_geometries(outline(np.array(CHESS_BOARD, bool))) == 6


def test_a_lake_is_a_hole_and_an_islet_in_it_a_polygon():
    covered = np.ones((7, 7), bool)
    covered[1:6, 1:6] = False
    covered[3, 3] = True
    shape = outline(covered)
    assert [len(polygon.interiors) for polygon in shape.geoms] == [1, 0]


def test_the_same_raster_gives_the_same_bytes():
    covered = np.random.default_rng(4).random((40, 60)) < 0.6
    assert outline(covered).wkb == outline(covered.copy(order="F")).wkb
