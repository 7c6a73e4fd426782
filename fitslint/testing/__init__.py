"""Tools for those who write rules, and :func:`assert_conforms` for the tests of pipelines.

``assertions.py`` is for pipelines. For rules: ``examples.py`` makes files of the blocks in a
docstring, ``edits.py`` applies fixes, ``harness.py`` holds a rule to what it promises, and
``recording.py`` notes which cards it looks at; ``python -m fitslint.testing CODE`` asks them all.
"""

from fitslint.testing.assertions import assert_conforms

__all__ = ["assert_conforms"]
