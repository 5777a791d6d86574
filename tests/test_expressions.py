"""Every scale and every way to combine scores, printed as arithmetic and done again by an independent reader."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redoing import redo

from pkassess.assess import score
from pkassess.derivation import derive
from pkassess.expressions import _NODES, _SCALES
from pkassess.formulas import FORMULAS
from pkassess.normalise import KERNELS
from pkassess.render.profile_page import trace_lines
from pkassess.rubric import Aggregation

SCALES = {
    "curve": "{type: curve, knots: [0, 10, 20, 40, 80, 100]}",
    "falling": "{type: curve, knots: [[100, 0], [30, 70], [0, 100]]}",
    "percent": "{type: percent, knots: [0, 20, 40, 60, 80, 100]}",
    "rate": "{type: rate, per: 1000, knots: [0, 20, 40, 60, 80, 100]}",
    "band": "{type: band, points: [[0, 0], [40, 100], [60, 100], [100, 20]]}",
    "likert": "{type: likert, points: 101, reverse: true}",
    "checklist": "{type: checklist, items: {one: One}, reverse: true}",
    "ordinal": "{type: ordinal, top: 100, reverse: true}",
    "identity": "{type: identity, range: [0, 100]}",
    "identity_turned": "{type: identity, range: [-100, 100], reverse: true}",
    "identity_own": "{type: identity, range: [0, 100], reverse: true}",
    "goalposts": "{type: goalposts, bottom: 90, top: 10}",
    "free": "{type: goalposts, bottom: 10, top: 90, clip: false}",
    **{
        name: f"{{type: goalposts, bottom: 2, top: 80, transform: {name}, floor: 1}}"
        for name in ("ln", "log10", "log1p", "sqrt", "reciprocal")
    },
    "free_log": "{type: goalposts, bottom: 2, top: 80, transform: log, floor: 1, clip: false}",
    **{
        name: f"{{type: relative, method: {name}, periods: pool}}"
        for name in (
            "min_max",
            "rank",
            "borda",
            "percent_rank",
            "max",
            "sum",
            "vector",
            "distance_to_maximum",
        )
    },
    "zscore": "{type: relative, method: zscore, mean: 50, sd: 10, reverse: true, periods: pool}",
}
NODES = {
    "arithmetic": "",
    "rounded": "round: 1, missing: {rule: worst}",
    "geometric": "aggregate: geometric",
    "floored": "aggregate: geometric, floor: 5",
    "harmonic": "aggregate: harmonic",
    "cubic": "aggregate: power, power: 3",
    "inverse_square": "aggregate: power, power: -2, floor: 1",
    "reversed": "aggregate: reversed_geometric",
    "minimum": "aggregate: minimum",
    "maximum": "aggregate: maximum",
    "median": "aggregate: median",
    "topsis": "aggregate: topsis, periods: pool",
    "copeland": "aggregate: copeland, periods: pool",
}
FORMULA_NODES = {
    "ratio": "aggregate: ratio",
    "conditional": "aggregate: conditional, threshold: 40, factor: 0.5",
    "adjusted": "aggregate: adjusted, intercept: 1, slope: -0.005",
}
SCORED = ("curve", "identity", "goalposts")


def everything() -> str:
    """A rubric with every scale in a dimension, and every node over three of its indicators."""
    lines = [
        "pkassess: 1",
        "id: all",
        'version: "1"',
        "label: All",
        "keys: {site: {}}",
        "period: {label: Year}",
    ]
    lines += ["dimensions:", "  scales:", "    label: Scales", "    children:"]
    lines += [f"      - {{id: v_{name}, label: L {name}, scale: {scale}}}" for name, scale in SCALES.items()]
    lines += ["indices:"]
    three = ", ".join(
        f"{{use: v_{name}, weight: {weight}}}" for name, weight in zip(SCORED, (0.5, 0.3, 0.2), strict=True)
    )
    turned = three.replace("weight: 0.3", "weight: 0.3, reverse: true")
    for name, node in NODES.items():
        lines.append(f"  n_{name}: {{label: L, {node + ', ' if node else ''}children: [{three}]}}")
        lines.append(f"  t_{name}: {{label: L, {node + ', ' if node else ''}children: [{turned}]}}")
    two = ", ".join(f"{{use: v_{name}}}" for name in SCORED[:2])
    lines += [f"  n_{name}: {{label: L, {node}, children: [{two}]}}" for name, node in FORMULA_NODES.items()]
    return "\n".join(lines) + "\n"


def test_every_scale_and_every_node_has_its_arithmetic():
    """A new kernel or aggregator needs a line in the derivation, and a case above."""
    types = {model.model_fields["type"].annotation.__args__[0] for model in KERNELS}
    assert set(_SCALES) == types == {scale.split("type: ")[1].split(",")[0] for scale in SCALES.values()}
    assert {*_NODES, *FORMULAS} == set(Aggregation.__args__)
    told = [
        node.split("aggregate: ")[1].split(",")[0]
        for node in (NODES | FORMULA_NODES).values()
        if "aggr" in node
    ]
    assert {*told, "arithmetic"} == set(Aggregation.__args__)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 100), st.none()), min_size=3, max_size=3), min_size=1, max_size=4
    )
)
def test_every_figure_can_be_done_again(tmp_path_factory, rows):
    """Raw values 0 to 100 or missing; scales and nodes to 1e-9."""
    folder = tmp_path_factory.mktemp("all")
    (folder / "all.yaml").write_text(everything(), encoding="utf-8")
    names = [f"v_{name}" for name in SCALES]
    text = io.StringIO()
    text.write(",".join(["site", "period", *names]) + "\n")
    for at, (first, second, third) in enumerate(rows):
        values = {"v_curve": first, "v_identity": second, "v_goalposts": third}
        cells = [values.get(name, first) for name in names]
        text.write(
            ",".join([f"S{at}", "2024", *("" if cell is None else str(cell) for cell in cells)]) + "\n"
        )
    (folder / "data.csv").write_text(text.getvalue(), encoding="utf-8")
    if all(cell is None for row in rows for cell in row):
        return
    comparison = score(str(folder / "data.csv"), str(folder / "all.yaml"), draws=0).comparison
    scores = comparison.scores
    for unit in comparison.rows.tolist():
        found = {name: float(node.score[unit]) for name, node in scores.nodes.items()}
        found |= {
            name: float(scores.indicator[row, unit]) for row, name in enumerate(scores.rubric.indicators)
        }
        for name, value in found.items():
            if not math.isnan(value):
                known = redo("".join(trace_lines(derive(comparison, unit, name))))
                assert known[name] == pytest.approx(value, abs=1e-9), name
    assert not np.isnan(scores.indicator).all()
