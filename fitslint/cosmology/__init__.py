"""Distances in the universe: D_A, D_ls/D_s and critical densities for rules and pipelines."""
