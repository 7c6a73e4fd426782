"""One TOML runs everything: fetch, maps, rescale, quality report, and what need not be repeated.

``load.py`` reads the configuration (``config.py`` is what it says), ``plan.py`` makes the list of
tasks of it with the modules of ``pipeline/kappa/run/steps``, in the places that ``paths.py`` gives.
Carried out, and skipped where nothing changed, they are by ``pipeline/run/execute.py``.
"""
