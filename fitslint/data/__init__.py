"""Data units, read once from their first byte to their last, in bounded memory.

``data/read.py`` goes through a data unit chunk by chunk and hands each to collectors, which are
made for what the rules on data want to know (:data:`fitslint.model.data_facts.Fact`):

- ``data/sums.py``: the sum of all words; ``data/pixels.py``: the values of an image;
- ``data/rows.py``: rows of a table, cut into columns for ``data/columns.py`` (binary tables),
  ``data/fields.py`` (ASCII tables), ``data/descriptors.py`` (variable arrays) and
  ``data/orders.py`` (events and good time intervals);
- ``data/arrays.py``: arrays of the heap, one after the other, for ``data/contents.py`` (logical
  values, text and bits), ``data/tiles.py`` (tiles of a compressed image) and
  ``data/packed_columns.py`` (tiles of a compressed table); ``data/rice.py``, ``data/hcompress.py``
  and ``data/plio.py`` read packed tiles to their end, ``data/packed_arrays.py`` what those of a
  table point to.

What they find is a :class:`~fitslint.model.data_facts.DataFacts`. The package needs numpy, but
for tables in which the compiled ``data/scans.py`` find nothing odd, and a check that leaves data
alone imports nothing of it.
"""
