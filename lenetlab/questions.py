"""Checks of answers, under the name that master notebooks import them by."""

from lenetlab.checks.questions import check_choice, check_facts

__all__ = ["check_choice", "check_facts"]
