"""The tables that users script against, one module each: their columns, and their rows in blocks of bounded size.

One table serves CSV, JSON, the data package and pandas, so that no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pkassess.tables.fields import Table

if TYPE_CHECKING:
    from pkassess.findings import Finding
    from pkassess.ranking import Comparison
    from pkassess.rubric import Rubric


def tables(comparison: Comparison, findings: Sequence[Finding]) -> list[Table]:
    """Every table of an assessment, in the order in which they are listed."""
    from pkassess.tables import action
    from pkassess.tables.assessment import assessment_table
    from pkassess.tables.changes import changes_table
    from pkassess.tables.findings import findings_table
    from pkassess.tables.indicators import indicators_table
    from pkassess.tables.nodes import nodes_table
    from pkassess.tables.progress import phases_table, seasons_table, targets_table
    from pkassess.tables.ratings import ratings_table, sides_table
    from pkassess.tables.trends import trends_table
    from pkassess.tables.weights import weights_table

    return [
        assessment_table(comparison),
        nodes_table(comparison),
        indicators_table(comparison),
        weights_table(comparison),
        *_of_draws(comparison),
        sides_table(comparison),
        ratings_table(comparison),
        trends_table(comparison),
        phases_table(comparison),
        targets_table(comparison),
        seasons_table(comparison),
        changes_table(comparison),
        action.readiness_table(comparison),
        action.diagnosis_table(comparison),
        action.untested_table(comparison),
        action.practices_table(comparison),
        action.restructuring_table(comparison),
        findings_table(findings),
    ]


def _of_draws(comparison: Comparison) -> list[Table]:
    """What only an uncertainty run can tell."""
    from pkassess.tables.draws import levels_table, pairs_table, ranks_table

    if comparison.uncertainty is None:
        return []
    return [levels_table(comparison), ranks_table(comparison), pairs_table(comparison)]


def empty_tables(rubric: Rubric) -> list[Table]:
    """The tables of a rubric without any rows, for their columns."""
    from pkassess.tables import action
    from pkassess.tables.assessment import assessment_fields
    from pkassess.tables.changes import change_fields
    from pkassess.tables.draws import level_fields, pair_fields, rank_fields
    from pkassess.tables.findings import finding_fields
    from pkassess.tables.indicators import indicator_fields
    from pkassess.tables.nodes import node_fields
    from pkassess.tables.progress import phase_fields, season_fields, target_fields
    from pkassess.tables.ratings import rating_fields, side_fields
    from pkassess.tables.trends import trend_fields
    from pkassess.tables.weights import weight_fields

    columns = {
        "assessment": assessment_fields,
        "nodes": node_fields,
        "indicators": indicator_fields,
        "weights": weight_fields,
        "trends": trend_fields,
        "phases": phase_fields,
        "targets": target_fields,
        "seasons": season_fields,
        "changes": change_fields,
        "readiness": action.readiness_fields,
        "diagnosis": action.diagnosis_fields,
        "untested": action.untested_fields,
        "practices": action.practice_fields,
        "restructuring": action.restructuring_fields,
        "levels": level_fields,
        "ranks": rank_fields,
        "pairs": pair_fields,
        "sides": side_fields,
        "ratings": rating_fields,
        "findings": finding_fields,
    }

    def nothing() -> Iterator[list[Any]]:
        return iter(())

    return [Table(name, fields(rubric), nothing) for name, fields in columns.items()]
