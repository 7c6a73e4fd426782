"""Hyper Suprime-Cam after the analysis of single CCDs.

- ``identity`` tells visit, CCD, filter, field and pointing of a file by its header, ``selection``
  reads ``--id`` words, ``inputs`` finds the files that are meant;
- ``tract`` draws the plane on which visits are put together, from their headers alone.
"""
