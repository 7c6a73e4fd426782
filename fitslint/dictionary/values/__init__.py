"""What an entry demands of values: constraints, formats, numbers, expressions over keywords.

``constraints.py`` makes predicates of an entry once, for all values to come: of its lists and
limits, of its format (``formats.py``) and its pattern (``patterns.py``, which refuses those that
could take long). ``relation.py`` evaluates expressions on what ``header_values.py`` takes from a
header, with the uncertainty of the digits that were written (``quantity.py``).
"""
