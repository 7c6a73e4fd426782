"""The version, alone in a module so that nothing inside imports the package from above."""

__version__ = "0.1.0"
