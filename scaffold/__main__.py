"""`python -m scaffold` is the same as `dockerscaffold`."""

from scaffold.cli import run

run()
