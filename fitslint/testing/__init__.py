"""Tools for those who write rules, and :func:`assert_conforms` for the tests of pipelines."""

from fitslint.testing.assertions import assert_conforms

__all__ = ["assert_conforms"]
