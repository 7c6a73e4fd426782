"""Where headers put pixels: descriptions, projections, distortions, and how far they differ.

- ``wcs/description.py`` reads the keywords of a version, ``wcs/matrix.py`` and ``wcs/axes.py`` its
  linear part and types; ``wcs/wcs.py`` makes a ``Wcs`` of them, which goes both ways;
- ``wcs/projection`` has the projections, ``wcs/celestial.py`` the poles, ``wcs/distortions`` SIP,
  TPV, TNX and ZPX, ``wcs/spectral`` and ``wcs/timeaxis.py`` the other axes;
- ``wcs/compare.py``, ``wcs/pointing.py`` and ``wcs/footprint.py`` measure what a header says twice,
  ``wcs/summary.py`` is what ``fitslint wcs`` shows;
- ``wcs/map_wcs.py``, ``wcs/map_frame.py`` and ``wcs/sky_grid.py`` serve the maps of the pipelines.

Formulas are written once (``wcs/maths.py``) and run on floats and on arrays; without arrays numpy
is not loaded.
"""
