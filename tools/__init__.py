"""Scripts that make what is committed: figure, demo class, reference runs."""
