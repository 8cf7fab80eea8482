"""What a person at a terminal reads: verdicts, a class, what was collected, a machine."""
