"""The rules: one function a rule, one module a group.

A rule is a function under the decorator of ``rules/api.py``, which declares its code, clause,
level, messages and what it reads; ``rules/registry.py`` finds it, ``rules/docs.py`` takes its
docstring apart, whose examples are its test. It does no input or output and keeps no state. Before
you write a helper, look at those that are there:

- flags and edits of whole cards: ``rules/api.py`` (``flag``, ``replace_card``, ``insert_after`` …);
- another value or name on a card, and whether it is plain: ``rules/edits.py``;
- kinds of HDU that are spoken of together: ``rules/hdu_kinds.py``;
- what the dictionaries say of a keyword: ``rules/names/registered.py``; the order of the mandatory
  ones: ``rules/mandatory/order.py``; types that another rule flags already:
  ``rules/values/overlap.py``;
- dates, times of day and numbers straight from the bytes: ``rules/dates/instants.py``;
- columns of a table: ``rules/tables/columns.py``; coordinate axes and their versions:
  ``rules/wcs/celestial.py``, ``rules/wcs/versions.py``;
- a Lenstool file: ``rules/lens/model_file.py``, ``lenstool/semantics.py``.

The catalogue of checks is not a table of its own: a rule names the rows that it answers
(``catalogue_rows``), ``rules/coverage.toml`` has those that no rule answers, or without a repair,
each with the reason, and ``rules/coverage.py`` puts both together.
"""
