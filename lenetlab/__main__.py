"""``python -m lenetlab``."""

from .cli import main

main()
