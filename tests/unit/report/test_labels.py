from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetcraft.report.labels import Label, overlap_px2, place_labels

boxes = st.lists(st.tuples(*[st.floats(0, 100)] * 4).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])), max_size=6)


@given(boxes, boxes)
def test_overlap_is_that_of_the_rectangles(first, second):
    found = overlap_px2(np.array(first).reshape(-1, 4), np.array(second).reshape(-1, 4))
    wanted = [[shapely.box(*a).intersection(shapely.box(*b)).area for b in second] for a in first]
    assert found == pytest.approx(np.array(wanted).reshape(found.shape), abs=1e-6)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(150, 850), st.floats(60, 540)), min_size=1, max_size=8))
def test_labels_stay_in_the_frame_and_a_few_do_not_overlap(points):
    labels = [Label(x, y, ("Base name",), 10, 6) for x, y in points]
    placed = [p.box for p in place_labels(labels, (), 1000, 600)]
    assert all(left >= 0 and top >= 0 and right <= 1000 and bottom <= 600 for left, top, right, bottom in placed)
    overlap = overlap_px2(np.array(placed), np.array(placed))
    assert overlap[~np.eye(len(placed), dtype=bool)].sum() == pytest.approx(0.0, abs=1e-6)


def test_a_label_lies_on_its_own_outline_where_nothing_is_in_the_way():
    area = Label(500, 300, ("Area",), 12, 40, covers=(400, 200, 600, 400))
    assert [(p.x, p.y) for p in place_labels([area], (), 1000, 600)] == [(500, 300)]
    moved = place_labels([area], [(470, 270, 530, 330)], 1000, 600)[0]
    assert overlap_px2(np.array([moved.box]), np.array([(470.0, 270.0, 530.0, 330.0)])).item() == 0.0


def test_east_asian_text_is_wider():
    assert Label(0, 0, ("佐世保",), 10, 0).width == pytest.approx(30)
    assert Label(0, 0, ("Sasebo",), 10, 0).width < 40
