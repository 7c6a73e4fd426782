"""Pipelines whose products fitslint keeps conformant.

- ``pipeline/fetch`` gets files from the net, ``pipeline/run`` runs tasks once and again when
  something changed, ``pipeline/page`` makes reports of one file: for all of them;
- ``pipeline/kappa`` (lens models), ``pipeline/xray``, ``pipeline/hsc`` and ``pipeline/norh`` are
  the pipelines; none imports another;
- ``atomic_write.py`` writes what is no product, ``table_file.py`` makes tables in memory,
  ``toml_file.py`` reads what a person wrote, ``progress.py`` tells how far a step has come.

Products leave by one door, ``fitslint.products``.
"""
