"""Products: the headers that make the files of a pipeline conform, and writing them.

A product goes through these modules from the top to the bottom:

- ``products/conform.py`` (a file or bytes), ``products/memory.py`` (what astropy holds) and
  ``products/write.py`` (a new map) are the three doors;
- ``products/kinds.py`` names the dictionary of a kind of product, ``products/given.py`` holds the
  facts of the caller against it, ``products/facts.py`` reads those of the header;
- ``products/decide`` works out which cards change and why, keyword by keyword;
- ``products/drafting.py`` lays the new header over the stream in memory, ``products/seal.py`` puts
  the checksums on it, ``products/pixels.py`` looks at the data, ``products/judging.py`` judges all;
- ``products/conformed.py`` is what the caller gets, with what nobody knew
  (``products/unknown.py``); ``products/telling.py`` prints it;
- ``products/copying.py`` writes new files, which are there completely or not at all.

What a header records of its pixels is not replaced unless it is named, a new map whose header
would have an error is not written, and the pixels of a file are never changed here.
"""
