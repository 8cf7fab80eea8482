"""Confined processes: knows no Keras and no notebook."""
