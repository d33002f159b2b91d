"""Writes hardened container files for Node, Go and Python projects."""

__version__ = "0.1.0"
