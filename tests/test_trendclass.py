"""The class of a series: worked examples by hand, one case per class, and what must not change a class."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkassess.intervals import Z
from pkassess.trendclass import Class, classify, mann_kendall, theil_sen, turning_points

LEAST, WIDE = 5.0, 10.0


def call(*scores, half=4.0, draws=400, seed=0, times=None):
    """What is said of one series whose scores have 90 % intervals of ± ``half``."""
    point = np.array(scores, dtype=float)
    errors = np.random.default_rng(seed).standard_normal((len(point), draws)) * half / Z
    years = np.arange(len(point), dtype=float) if times is None else np.array(times, dtype=float)
    return classify(years[None], point[None], (point[:, None] + errors)[None], LEAST, WIDE)[0]


def test_theil_sen_by_hand():
    """Slopes 24, 8, 12, -8, 8, 16: the median is 10 a year, over one year 10 points."""
    times, values = np.array([[0, 0.25, 0.5, 1]]), np.array([[[40.0], [46], [44], [52]]])
    assert theil_sen(times, values)[0, 0] == pytest.approx(10)
    assert call(40, 46, 44, 52, times=(0, 0.25, 0.5, 1)).change == pytest.approx(10)


@pytest.mark.parametrize(
    ("series", "pivots"),
    [
        ((40, 55, 41, 56), [0, 1, 2, 3]),
        ((40, 44, 41, 56), [0, 3]),
        ((50, 48, 60, 57, 45, 58), [1, 2, 4, 5]),
        ((50, 52, 54, 52), []),  # nothing moves by 9.9
        ((60, 45, 58, 40), [0, 1, 2, 3]),  # begins with a fall
        ((50, 50, 50, 60), [0, 3]),  # of equal lows the first
    ],
)
def test_turning_points_by_hand(series, pivots):
    """With a least move of 9.9 points."""
    assert turning_points(series, 9.9) == pivots


@pytest.mark.parametrize(
    ("scores", "half", "expected"),
    [
        ((40, 45, 50, 55, 60), 4, Class.IMPROVING),
        ((60, 55, 50, 45, 40), 4, Class.WORSENING),
        ((50, 50, 50, 50, 50, 50), 2, Class.STALLED),
        ((30, 40, 50, 60, 50, 40, 30), 4, Class.REVERSING),
        ((60, 50, 40, 30, 40, 50, 60), 4, Class.RECOVERING),
        ((30, 60, 30, 60, 30), 4, Class.VOLATILE),
        ((50, 53, 49, 54), 15, Class.UNCLEAR),
        ((40, 60), 4, Class.TOO_FEW),
    ],
)
def test_every_class(scores, half, expected):
    assert call(*scores, half=half).kind == expected


def test_turning_goes_before_the_whole_change():
    """Up by 40 and back by 20 ends 20 higher, yet it has turned down."""
    assert call(20, 40, 60, 50, 40, half=3).kind == Class.REVERSING


def test_no_turn_is_called_with_three_periods():
    assert call(30, 60, 30, half=2).kind == Class.STALLED
    assert call(30, 60, 30, half=2).pivots == ()


@pytest.mark.parametrize(
    ("scores", "half", "indicative"),
    [((40, 50, 60), 4, True), ((40, 50, 60, 70), 4, False), ((40, 50, 60, 70), 11, True)],
)
def test_three_periods_or_wide_intervals_are_indicative_only(scores, half, indicative):
    assert call(*scores, half=half, draws=4000).indicative is indicative


def test_the_interval_holds_the_change_and_widens_with_the_error():
    narrow, wide = call(40, 50, 60, half=2), call(40, 50, 60, half=8)
    assert narrow.low <= narrow.change == 20 <= narrow.high
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_the_half_width_of_a_known_error_is_found_again():
    assert call(40, 50, 60, 70, half=7, draws=20_000).half_width == pytest.approx(7, rel=0.03)


@pytest.mark.parametrize(("periods", "p"), [(3, 1 / 3), (4, 1 / 12), (5, 1 / 60)])
def test_the_smallest_p_of_few_periods(periods, p):
    """Of n! orders only the rising and the falling one are as extreme."""
    assert mann_kendall(range(periods)).p == pytest.approx(p)


@pytest.mark.parametrize(("periods", "least"), [(4, 6), (5, 8), (6, 11), (7, 13), (8, 16), (9, 18), (10, 21)])
def test_published_critical_values_of_mann_kendall(periods, least):
    """The smallest S whose two-sided p is 0.10 or less (Kendall 1975, table of S)."""
    by_s = {}
    series = list(range(periods))
    for _step in range(periods * (periods - 1) // 2 + 1):
        by_s[mann_kendall(series).s] = mann_kendall(series).p
        # One swap of neighbours lowers S by two.
        at = next((at for at in range(periods - 1) if series[at] < series[at + 1]), None)
        if at is not None:
            series[at], series[at + 1] = series[at + 1], series[at]
    assert min(s for s, p in by_s.items() if s > 0 and p <= 0.10) == least


@given(st.lists(st.integers(1, 4), min_size=3, max_size=6))
def test_mann_kendall_with_ties_is_the_count_over_all_orders(series):
    def s_of(order):
        return sum((last > first) - (last < first) for first, last in itertools.combinations(order, 2))

    orders = [s_of(order) for order in itertools.permutations(series)]
    found = mann_kendall(series)
    assert found.s == s_of(series)
    assert found.p == pytest.approx(np.mean([abs(one) >= abs(found.s) for one in orders]))


series_of_points = st.lists(st.integers(10, 90), min_size=3, max_size=8)
MIRROR = {
    Class.IMPROVING: Class.WORSENING,
    Class.WORSENING: Class.IMPROVING,
    Class.REVERSING: Class.RECOVERING,
    Class.RECOVERING: Class.REVERSING,
}


def drawn(points, half, seed):
    point = np.array(points, dtype=float)
    return point, point[:, None] + np.random.default_rng(seed).standard_normal((len(point), 200)) * half / Z


def classed(point, values):
    years = np.arange(len(point), dtype=float)
    return classify(years[None], point[None], values[None], LEAST, WIDE)[0]


@given(series_of_points, st.sampled_from([2.0, 7.0, 12.0]), st.integers(0, 5))
def test_time_backwards_turns_the_change_round(points, half, seed):
    """Improving becomes worsening; stalled, and what turns once in the middle, is judged from the other end."""
    point, values = drawn(points, half, seed)
    forward, backward = classed(point, values), classed(point[::-1], values[::-1])
    assert backward.change == pytest.approx(-forward.change)
    assert (backward.low, backward.high) == pytest.approx((-forward.high, -forward.low))
    if not forward.pivots[1:-1] and not backward.pivots[1:-1]:
        assert backward.kind == {**MIRROR, Class.REVERSING: Class.REVERSING}.get(forward.kind, forward.kind)


@given(series_of_points, st.sampled_from([2.0, 7.0, 12.0]), st.integers(0, 5))
def test_upside_down_mirrors_every_class(points, half, seed):
    """As tension does: what improves on one polarity worsens on the other."""
    point, values = drawn(points, half, seed)
    upright, mirrored = classed(point, values), classed(-point, -values)
    assert mirrored.kind == MIRROR.get(upright.kind, upright.kind)
    assert mirrored.pivots == upright.pivots


@given(series_of_points, st.integers(-64, 64), st.integers(0, 5))
def test_a_constant_added_changes_nothing(points, constant, seed):
    point, values = drawn(points, 7.0, seed)
    plain, moved = classed(point, values), classed(point + constant, values + constant)
    assert moved.kind == plain.kind
    assert moved.change == pytest.approx(plain.change)
    assert moved.pivots == plain.pivots
