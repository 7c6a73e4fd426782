"""Which cards a product needs: from its dictionary, the facts, and what its header says already.

- ``context.py`` puts one product on the table: kind, header, facts;
- ``wcs.py``, ``lensing.py``, ``provenance.py`` and ``history.py`` choose values, each for its part
  of the header (``contbin.py`` reads what that program told in HISTORY);
- ``contradictions.py`` refuses to replace what a header records of its pixels;
- ``changes.py`` asks them all and gives the changes in the order of the dictionary.
"""
