"""Pages for a browser: a student's feedback, the report of a class."""
