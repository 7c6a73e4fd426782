"""Distances in the universe: D_A, D_ls/D_s and critical densities for rules and pipelines.

``model.py`` is a cosmology and the ones that have names; ``distances.py`` integrates, in Mpc.
"""
