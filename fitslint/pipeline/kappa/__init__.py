"""Lenstool cluster models in, conformant maps of convergence, shear and deflection out."""
