"""Page one: what is said, in which order, and why; typed values without a medium."""

from pkassess.report.build import build_report

__all__ = ["build_report"]
