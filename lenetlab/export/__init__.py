"""What leaves a course: grades and pages as Moodle, Canvas, nbgrader and Excel take them."""
