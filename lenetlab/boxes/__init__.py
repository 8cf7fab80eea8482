"""What runs in the sandbox: a submission replayed, and the tests apart from it."""
