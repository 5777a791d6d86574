"""A rubric as the sheets of a workbook, and back; which sheets and columns there are follows from the rubric's models."""
