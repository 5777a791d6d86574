"""Intervals of single values: the method's worked examples, and limits published elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkassess.intervals import gamma_cdf, poisson, through_curve, wilson
from pkassess.normalise import Band, Percent, Rate, normalise


def test_wilson_with_a_design_effect():
    """46 % of 200 with design effect 2: 0.380155 to 0.541953."""
    low, high = wilson(np.array([0.46]), np.array([100.0]))
    assert (low[0], high[0]) == (pytest.approx(0.380155, abs=5e-7), pytest.approx(0.541953, abs=5e-7))


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 2.995732), (1, 0.051293, 4.743865), (3, 0.817691, 7.753657), (5, 1.970150, 10.513035)],
)
def test_exact_poisson_limits(count, low, high):
    """The 90 % limits of small counts, as in tables of exact Poisson limits."""
    found = poisson(np.array([count]), np.array([1.0]))
    assert (found[0][0], found[1][0]) == (pytest.approx(low, abs=5e-7), pytest.approx(high, abs=5e-7))


@pytest.mark.parametrize(
    ("count", "dispersion", "low", "high"),
    [(6, 3, 1.066085, 18.887381), (0, 3, 0, 8.987197), (10, 1, 5.425406, 16.962219)],
)
def test_dispersion_widens_the_limits(count, dispersion, low, high):
    """With dispersion 3 the limits are three times those of a third of the count."""
    found = poisson(np.array([count]), np.array([dispersion]))
    assert (found[0][0], found[1][0]) == (pytest.approx(low, abs=5e-7), pytest.approx(high, abs=5e-7))


def test_nothing_known_gives_nothing():
    """NaN stays NaN, beside counts that are known."""
    low, high = poisson(np.array([np.nan, 0.0]), np.array([1.0, 1.0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert high[1] == pytest.approx(2.995732, abs=5e-7)


def test_the_gamma_function_of_whole_shapes_is_a_poisson_sum():
    """P(k, x) is the chance of at least k events when x are expected: 1 - e^-2 (1 + 2 + 2) for k = 3, x = 2."""
    assert gamma_cdf(2.0, 3.0) == pytest.approx(1 - np.exp(-2) * 5, abs=1e-14)


@given(st.floats(0.01, 300), st.floats(0.001, 600))
def test_the_gamma_function_stays_a_probability(shape, x):
    """Between 0 and 1 for any shape and value, on both sides of the change of method."""
    assert -1e-12 <= gamma_cdf(x, shape) <= 1 + 1e-12


def test_a_survey_share_on_its_curve():
    """46 % with 0.380155..0.541953 on knots 10/25/40/55/70/85: score 48, 37.353966 to 58.927023."""
    scale = Percent(type="percent", knots=[10, 25, 40, 55, 70, 85])
    low, high = wilson(np.array([0.46]), np.array([100.0]))
    found = through_curve(
        low * 100, high * 100, lambda x: normalise(x, scale), np.array(scale.raw_knots, float)
    )
    assert [found[0][0], found[1][0]] == pytest.approx([37.353966, 58.927023], abs=5e-7)


def test_three_violations_of_1600_staff():
    """Rate 1.875 with 0.511057..4.846035: tension 57.5, from 20.442286 to 84.230177."""
    scale = Rate(type="rate", per=1000, knots=[0, 0.5, 1, 2, 4, 8])
    low, high = (limit / 1600 * 1000 for limit in poisson(np.array([3.0]), np.array([1.0])))
    found = through_curve(low, high, lambda x: normalise(x, scale), np.array(scale.raw_knots, float))
    assert normalise(np.array([1.875]), scale)[0] == 57.5
    assert [found[0][0], found[1][0]] == pytest.approx([20.442286, 84.230177], abs=5e-7)


def test_a_plateau_inside_the_interval_counts():
    """Budget execution 92 with limits 84..112: 58 to 100, because 95 to 105 lies inside."""
    points = [[40, 0], [60, 20], [75, 40], [85, 60], [90, 80], [95, 100], [105, 100]]
    points += [[110, 80], [115, 60], [125, 40], [140, 20], [160, 0]]
    scale = Band(type="band", points=points)
    turning = np.array([raw for raw, _ in scale.points_], dtype=float)
    found = through_curve(np.array([84.0]), np.array([112.0]), lambda x: normalise(x, scale), turning)
    assert [found[0][0], found[1][0]] == pytest.approx([58, 100])
