"""Lenstool cluster models in, conformant maps of convergence, shear and deflection out.

A model goes through these modules from the top to the bottom:

- ``pipeline/kappa/published_models.py`` gets published ones, ``pipeline/kappa/clusters.py`` knows
  where the clusters are;
- ``pipeline/kappa/reading`` resolves a parameter file to ``pipeline/kappa/model.py`` and tells
  every assumption it makes;
- ``pipeline/kappa/evaluate.py`` adds up the profiles (``pipeline/kappa/profiles``) on a grid, block
  by block; ``pipeline/kappa/derive.py`` has what follows from convergence and shear;
- ``pipeline/kappa/maps`` says which maps are wanted, evaluates those of one grid together, and
  writes them as products; ``pipeline/kappa/lenstool_engine`` has Lenstool itself make them instead;
- ``pipeline/kappa/rescale`` brings a map to another source redshift;
- ``pipeline/kappa/qc`` judges a map check by check and draws it;
- ``pipeline/kappa/run`` does all of it by one configuration and keeps what has not changed, on what
  the pipelines have in common (``pipeline/run``).

Angles are in arcsec, west and north of the reference. Blocks are small enough to stay in the cache,
and differences of nearly equal terms are formed before they are computed. Products have headers of
their dictionaries, and are there completely or not at all.
"""
