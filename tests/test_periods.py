"""Reporting periods: the forms that are read, their order, and the months between two days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkassess.dates import is_ambiguous_date, parse_date, parse_month
from pkassess.periods import (
    NO_PERIOD,
    is_inner_day,
    is_nearly_period,
    months_between,
    parse_period,
    periods_meant,
    run_over_two_years,
    why_no_period,
)

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    ("written", "label", "start", "end"),
    [
        (2025, "2025", "2025-01-01", "2025-12-31"),
        (2025.0, "2025", "2025-01-01", "2025-12-31"),
        ("2025.0", "2025", "2025-01-01", "2025-12-31"),
        (" 2025 ", "2025", "2025-01-01", "2025-12-31"),
        ("2025-Q1", "2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025q4", "2025-Q4", "2025-10-01", "2025-12-31"),
        ("Q2 2025", "2025-Q2", "2025-04-01", "2025-06-30"),
        ("T3-2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("2025 \u2013 T3", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("2025/H1", "2025-H1", "2025-01-01", "2025-06-30"),
        ("S2 2025", "2025-H2", "2025-07-01", "2025-12-31"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29"),
        ("2025.2", "2025-02", "2025-02-01", "2025-02-28"),
        ("2025/12", "2025-12", "2025-12-01", "2025-12-31"),
        ("12/2025", "2025-12", "2025-12-01", "2025-12-31"),
        ("2025-06-01", "2025-06", "2025-06-01", "2025-06-30"),
        ("3T 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("3e trim. 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("Third quarter 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("troisième trimestre 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("tercer trimestre de 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("الربع الثالث 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("premier semestre 2025", "2025-H1", "2025-01-01", "2025-06-30"),
        (dt.date(2025, 6, 1), "2025-06", "2025-06-01", "2025-06-30"),
        (dt.datetime(2025, 6, 1, 12), "2025-06", "2025-06-01", "2025-06-30"),
        (dt.date(2025, 6, 30), "2025-06", "2025-06-01", "2025-06-30"),
        ("2025-06-30", "2025-06", "2025-06-01", "2025-06-30"),
        ("30/06/2025", "2025-06", "2025-06-01", "2025-06-30"),
        ("15 juin 2025", "2025-06", "2025-06-01", "2025-06-30"),
        ("Jul\u2013Sep 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("avril à juin 2025", "2025-Q2", "2025-04-01", "2025-06-30"),
        ("enero-junio 2025", "2025-H1", "2025-01-01", "2025-06-30"),
        ("January 2025 to December 2025", "2025", "2025-01-01", "2025-12-31"),
        ("July 2024 - June 2025", "FY2024/25", "2024-07-01", "2025-06-30"),
        ("Year 2025", "2025", "2025-01-01", "2025-12-31"),
        ("Année 2025", "2025", "2025-01-01", "2025-12-31"),
        ("1900", "1900", "1900-01-01", "1900-12-31"),
        ("2200", "2200", "2200-01-01", "2200-12-31"),
    ],
)
def test_forms_of_a_period(written, label, start, end):
    """Year, quarter (Q or T), half (H or S) and month, in either order; a day is the month it lies in."""
    period = parse_period(written)
    assert period is not None
    assert (period.label, str(period.start), str(period.end)) == (label, start, end)


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", True, 2025.5, float("nan"), float("inf"), 45000, 1e300, ["2025"]),
        *("25", "1899", "2201", "2025-Q5", "2025-Q0", "2025-H3", "S3 2025", "2025-13", "2025-00", "13-2025"),
        *("03/04/2025", "2025-06-31", "spring 2025", "2025 Q2 draft", "2024/25", "Q12025Q1", "2025-W12"),
        *("Feb-Apr 2025", "Jan-May 2025", "Nov-Jan 2025", "Jun-25", "202506", "FY2025", "2025*"),
    ],
)
def test_what_is_no_period(written):
    """Nothing else is guessed: no serial numbers, no two-digit years, no three months that are no quarter."""
    assert parse_period(written) is None


@pytest.mark.parametrize(
    ("written", "inner"),
    [
        (dt.datetime(2025, 6, 30), True),
        ("2025-06-30", True),
        ("30/06/2025", True),
        (dt.date(2025, 6, 1), False),  # what a spreadsheet program makes of a typed 2025-06
        ("2025-06-01", False),
        ("03/04/2025", False),  # no day at all, as long as nobody says which
        ("2025-Q2", False),
        (2025.0, False),
    ],
)
def test_days_within_a_month_are_told(written, inner):
    """The reader warns of them: a quarter or a year may have been meant that ends on that day."""
    assert is_inner_day(written) is inner
    assert is_inner_day("03/04/2025", day_first=True)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Jun-25", ("2025-06",)),
        ("T3 '25", ("2025-Q3",)),
        ("FY24/25", ("FY2024/25",)),
        ("FY2025", ("FY2024/25", "FY2025/26")),
        (202506.0, ("2025-06",)),
        (45838.0, ("2025-06",)),  # 30 June 2025 as a spreadsheet counts days
        ("2025*", ("2025",)),
        ("2025 (provisional)", ("2025",)),
        ("last year", ()),
        (12.0, ()),
    ],
)
def test_what_may_have_been_meant_is_proposed(written, meant):
    """For the message; both years of a fiscal year named by one."""
    assert parse_period(written) is None
    assert periods_meant(written) == meant


@pytest.mark.parametrize("written", ["2003/04", "2011/12", "1999/00"])
def test_two_years_that_follow_one_another_are_no_month(written):
    """2003/04 is how the mission year from July to June is written; it could be read as April 2003."""
    assert parse_period(written) is None


@pytest.mark.parametrize(
    ("written", "label"), [("2003/05", "2003-05"), ("2003-04", "2003-04"), ("2003.04", "2003-04")]
)
def test_a_month_that_can_be_nothing_else(written, label):
    """With a hyphen it is the international form of a month."""
    assert parse_period(written).label == label


def test_periods_sort_by_their_end_the_shorter_first():
    """December, the last quarter, the second half and the year end on one day."""
    labels = ["2025", "2025-12", "2026-01", "2025-H2", "2025-Q4", "2025-11"]
    ordered = sorted(parse_period(label) for label in labels)
    assert [period.label for period in ordered] == [
        "2025-11",
        "2025-12",
        "2025-Q4",
        "2025-H2",
        "2025",
        "2026-01",
    ]


@pytest.mark.parametrize(
    ("written", "months"), [("2025", 12), ("2025-H1", 6), ("2025-Q3", 3), ("2025-07", 1)]
)
def test_length_of_a_period(written, months):
    """In months: it is what counts are scaled by."""
    assert parse_period(written).months == months


def test_no_period_stands_before_every_period_and_is_a_year():
    """Where a rubric knows no periods, a count is on a yearly base and the label is empty."""
    assert parse_period("1900") > NO_PERIOD
    assert (NO_PERIOD.months, NO_PERIOD.label) == (12, "")


@settings(deadline=None, max_examples=60)
@given(st.integers(1900, 2200), st.sampled_from(["", "-Q1", "-Q4", "-H1", "-H2", "-01", "-02", "-12"]))
def test_a_label_reads_as_its_own_period(year, part):
    """What is printed can be typed back."""
    period = parse_period(f"{year}{part}")
    assert parse_period(period.label) == period
    assert period.label == f"{year}{part}"


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2025-01-31", "2025-02-28", 1),  # both are the last day of their month
        ("2025-06-30", "2025-12-31", 6),
        ("2022-12-31", "2025-12-31", 36),
        ("2024-02-29", "2025-02-28", 12),
        ("2025-03-15", "2025-06-15", 3),
        ("2025-03-15", "2025-03-15", 0),
        ("2025-03-10", "2025-04-20", 1 + 10 / 31),
        ("2025-03-20", "2025-04-10", 1 - 10 / 31),
        ("2025-12-31", "2025-11-30", -1),
    ],
)
def test_months_between_two_days(earlier, later, months):
    """Whole months between equal days and between month ends; a day is the 31st part of a month."""
    found = months_between(
        dt.date.fromisoformat(earlier).toordinal(), dt.date.fromisoformat(later).toordinal()
    )
    assert found == pytest.approx(months, abs=1e-12)


@pytest.mark.parametrize("months", [1, 3, 15, 36])
def test_whole_months_are_exact(months):
    """The end of a period is exactly so many months after the end of an earlier one: an age of 36 is not above 36."""
    later = dt.date(2020 + (months + 5) // 12, (months + 5) % 12 + 1, 28)
    end = (later.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    assert months_between(dt.date(2020, 6, 30).toordinal(), end.toordinal()) == months


@settings(deadline=None, max_examples=60)
@given(DAYS, DAYS)
def test_a_later_day_is_further_away(one, other):
    """The months grow with every day, also over the end of February, and change sign when the days are swapped."""
    start = dt.date(2000, 2, 29).toordinal()
    near, far = sorted((one, other))
    assert months_between(start, near.toordinal()) <= months_between(start, far.toordinal())
    assert (months_between(start, near.toordinal()) == months_between(start, far.toordinal())) == (
        near == far
    )
    assert months_between(near.toordinal(), far.toordinal()) == -months_between(
        far.toordinal(), near.toordinal()
    )


def test_the_days_before_a_month_end_are_nearer_than_the_month_end():
    """From the end of February: 30 March is less than a month away, 31 March a month, 1 April more."""
    february = dt.date(2025, 2, 28).toordinal()
    march = dt.date(2025, 3, 31).toordinal()
    before, at, after = (months_between(february, march + day) for day in (-1, 0, 1))
    assert before < at == 1 < after


@pytest.mark.parametrize(
    "written",
    ["2025-06-30", " 2025-06-30 ", "2025-06-30T10:11:12", "2025-06-30 10:11", "2025-06-30T10:11:12.000+01:00",
     "30/06/2025", "30.6.2025", "06/30/2025", "30 June 2025", "30 juin 2025", "30 de junio de 2025",
     dt.date(2025, 6, 30), dt.datetime(2025, 6, 30, 23, 59)],
)  # fmt: skip
def test_forms_of_a_date(written):
    """A date cell, an ISO day, the date-times that survey tools export, named months, and days above the 12th."""
    found = parse_date(written)
    assert found == dt.date(2025, 6, 30)
    assert type(found) is dt.date


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        45838.0,
        True,
        "03/04/2025",
        "31/06/2025",
        "06.2025",
        "2025-06",
        "2025-02-30",
        "2025-06-301",
        "2025-06-30 or later",
        "0025-06-30",
        dt.datetime(1899, 12, 31),
    ],
)
def test_what_is_no_date(written):
    """Days before 1900 (a zero with a date format), days that can be read two ways, days that do not exist, and dates with a remark are not guessed."""
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("June 2019", "2019-06"),
        ("juin 2019", "2019-06"),
        ("Févr. 2020", "2020-02"),
        ("agosto de 2022", "2022-08"),
        ("2019 sept", "2019-09"),
        ("يونيو 2025", "2025-06"),
        ("1er trimestre 2020", "2020-Q1"),
        ("3rd quarter of 2019", "2019-Q3"),
        ("Trimestre 3, 2019", "2019-Q3"),
        ("2e semestre 2021", "2021-H2"),
        ("1.er trimestre de 2021", "2021-Q1"),
        ("IIe trimestre 2021", "2021-Q2"),
        ("Qtr 3 2021", "2021-Q3"),
        ("الربع الثاني من عام 2021", "2021-Q2"),
        ("de enero a marzo de 2021", "2021-Q1"),
        ("\u200e2025\u200f", "2025"),
        ("٢٠٢٥", "2025"),
    ],
)
def test_periods_in_words(written, label):
    """Months in four languages, quarters and halves written out, digits of any script, invisible characters."""
    assert parse_period(written).label == label


@pytest.mark.parametrize("written", ["FY2019/20", "2019/20", "FY 2019-20", "2019/2020", "2019-2020"])
def test_a_year_over_two_years_needs_its_first_month(written):
    """July to June, once it is said; it is no calendar year."""
    assert parse_period(written) is None
    assert why_no_period(written) == "fiscal"
    period = parse_period(written, fiscal_start=7)
    assert (period.label, str(period.start), str(period.end)) == ("FY2019/20", "2019-07-01", "2020-06-30")


def test_a_first_of_a_month_that_can_be_read_two_ways():
    """01/06/2025 is June in most countries and January in some."""
    assert (parse_period("01/06/2025"), why_no_period("01/06/2025")) == (None, "ambiguous")
    assert parse_period("01/06/2025", day_first=True).label == "2025-06"
    assert parse_period("06/01/2025", day_first=False).label == "2025-06"


@pytest.mark.parametrize(
    ("text", "month"), [("July", 7), ("juillet", 7), ("7", 7), ("13", 0), ("mission", 0)]
)
def test_months(text, month):
    assert parse_month(text) == month


def test_an_ambiguous_day_is_read_in_the_order_that_was_said():
    assert parse_date("03/04/2025", day_first=True) == dt.date(2025, 4, 3)
    assert parse_date("03/04/2025", day_first=False) == dt.date(2025, 3, 4)
    assert is_ambiguous_date("03/04/2025")
    assert not is_ambiguous_date("13/04/2025")


@pytest.mark.parametrize(
    "written",
    [
        "FY24",
        "2023/24",
        "2025*",
        "2025 (prov.)",
        "Jan-25",
        "T1 24",
        "202406",
        202406.0,
        "Q1",
        "Juillet",
        "01/02/2024",
    ],
)
def test_what_leaves_something_open_is_nearly_a_period(written):
    assert parse_period(written) is None
    assert is_nearly_period(written)


@pytest.mark.parametrize(
    "written",
    ["2025", "2025-Q1", "10-15", "45292", 45292.0, "posts filled", "Year", "année", "<5", "", None, 12.0],
)
def test_periods_numbers_and_ranges_are_not_nearly_periods(written):
    assert not is_nearly_period(written)


@pytest.mark.parametrize(
    ("cells", "two"),
    [
        (["2010-11", "2012-13"], True),
        (["2010-11", "2011-12"], None),  # two years each, or November and thirteen months later December
        (["2010-11", "2010-12"], False),
        (["2010-11", "2010-11", None], False),
        ([2010.0, "2010-11"], False),
    ],
)
def test_years_over_two_are_told_by_the_periods_beside_them(cells, two):
    assert run_over_two_years(cells) is two
    month = parse_period("2010-11", two_years=two)
    assert (month.label if month else None) == ("2010-11" if two is False else None)
