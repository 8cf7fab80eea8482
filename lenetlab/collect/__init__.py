"""What learning systems give, brought into ``submitted/``: archives read, students known, kept."""
