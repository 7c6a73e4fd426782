"""The Nobeyama Radioheliograph: its databases, series, images and emission, without IDL.

- lists: ``names.py`` knows the files; ``text_lists.py`` reads them for ``schedules.py``,
  ``events.py``, ``logs.py``, ``track.py``, ``bad_antennas.py``; ``list_product.py`` makes tables;
- series: ``series.py``, ``series_product.py``;
- images: ``image.py`` and ``stack.py`` read them, with ``beam.py``, ``sun.py``,
  ``heliographic.py``; ``flux.py``, ``ratios.py``, ``match.py``, ``curve.py`` and ``classify.py``
  measure; ``derived.py`` and ``product.py`` make products of it, ``plots.py`` pictures;
- ``pipeline/norh/emission`` has the radiation, ``pipeline/norh/synthesis`` images from raw data,
  for which ``transfers.py`` says what is needed;
- ``clock.py``, ``constants.py`` and ``antennas.py`` are what all rest on.
"""
