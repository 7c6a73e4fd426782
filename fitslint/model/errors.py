"""The root of everything that fitslint raises on purpose."""

from __future__ import annotations


class FitslintError(Exception):
    """Something cannot be done as it was asked for; the message says what, in one sentence."""


class NotCheckableError(FitslintError, TypeError):
    """An object that holds no FITS header."""
