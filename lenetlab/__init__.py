"""The grader of an auto-graded lab on LeNet: architectures judged by what their layers do."""

__version__ = "0.1.0"
