"""Positions and flux scales of many visits at once, by the stars that they have in common.

- ``camera`` says where CCDs are and how light is bent, ``polynomial`` and ``plane`` are the maths,
  ``terms`` what CCDs and stars carry of it;
- ``simulate`` makes visits whose truth is known, ``simulation_files`` writes them as hscPipe would;
- ``read`` takes in images and catalogues, ``associate`` finds which measurements are one star;
- ``normal`` solves for visits and chips with the stars eliminated, ``astrometry``, which
  finds ``positions``, and ``photometry`` by it;
- ``output`` writes a solution, ``diagnostics`` shows how good it is, ``run`` goes the whole road;
- ``scamp`` has SCAMP do the same.
"""
