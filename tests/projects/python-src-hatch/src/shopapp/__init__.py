"""Shop."""
__version__ = "1"
