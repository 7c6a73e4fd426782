"""Bytes to the model and back: the grammars, the header scanner, the card writer.

- ``scan.py`` makes a file of any stream: ``scan_start.py`` looks at its first bytes,
  ``scan_header.py`` finds where a header ends (``scan_drift.py`` when cards have left the grid),
  ``scan_faults.py`` notes what is wrong with it, ``scan_recover.py`` goes on after a fault, and
  ``scan_foreign.py`` says what it is when it is not FITS; header texts go to ``header_text.py``;
- ``headers.py`` makes a header of raw cards, learnt once a sequence of keywords;
- ``cards.py`` takes a card apart by the grammar (``grammar.py``), once a shape; units, dates and
  formats of columns have ``unit_strings.py``, ``dates.py`` and ``column_formats.py``;
- ``write_cards.py`` is the inverse of the grammar, ``write_hdu.py`` makes whole blocks, and
  ``checksum.py`` has the sums;
- ``kernel.py`` is the compiled part where there is one: the same answers, sooner.

Any bytes give a file or a sentence; nothing here raises because of what a stream holds.
"""
