"""Notebooks: read, the master, restored to its shape, what was measured, what failed."""
