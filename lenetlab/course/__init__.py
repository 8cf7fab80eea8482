"""A course directory: release, class, gradebook, and nbgrader's preprocessors."""
