"""The compiled reader of columns where the build had a compiler, else None."""

from __future__ import annotations

from fitslint.syntax.kernel import load_compiled

COLUMNS = load_compiled("fitslint.audit._columns")
ODD, TEXT, REAL, INTEGER = range(4)
"""What stands in a card: nothing plain, or something else around it than in the first header."""
