"""Confined processes: a program named by the caller, run box by box; it knows none itself."""
