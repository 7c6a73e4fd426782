"""What a schema cannot say of a dictionary; every module looks at one side of it.

``linter.py`` asks them one after the other; ``remark.py`` says what they are given and what they
say. ``base_documents.py`` finds the dictionaries that are extended, with which ``conflicts.py``
compares; ``names.py``, ``units.py``, ``values.py`` and ``expressions.py`` look at one entry.
"""
