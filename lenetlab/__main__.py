"""``python -m lenetlab``."""

from lenetlab.cli import main

main()
