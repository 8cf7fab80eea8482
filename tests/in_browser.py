from .test_formgrader import Formgrader  # noqa
