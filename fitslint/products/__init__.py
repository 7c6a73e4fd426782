"""Products: the headers that make the files of a pipeline conform, and writing them.

A product goes through these modules from the top to the bottom:

- ``products/conform.py`` (a file or bytes), ``products/astropy_objects.py`` (what astropy holds)
  and ``products/write.py`` (a new map) are the three ways in;
- ``products/kinds.py`` knows the kinds by the product tables of their dictionaries,
  ``products/user_facts.py`` holds the facts of the caller against a dictionary and
  ``products/header_facts.py`` reads those of the header;
- ``products/cards`` works out which cards change and why, keyword by keyword;
- ``products/prepare.py`` decides for all three and lays the new header over the stream in memory,
  ``products/checksums.py`` puts the checksums on it, ``products/pixels.py`` looks at the data and
  ``products/linter.py`` lints all;
- ``products/result.py`` is what the caller gets, with what nobody knew
  (``products/missing.py``); ``products/report.py`` prints it;
- ``products/output_file.py`` writes new files, which are there completely or not at all.

What a header records of its pixels is not replaced unless it is named, a new map whose header
would have an error is not written, and the pixels of a file are never changed here.
"""
