"""Layouts of data tables. Each module reads one shape of sheet into a collector of observations."""
