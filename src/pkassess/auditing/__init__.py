"""A rubric held against data: what is never seen, held at an end, counted twice, or pulls more than it weighs."""
