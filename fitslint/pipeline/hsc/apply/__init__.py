"""A joint solution applied: calibrated images (CALEXP) and catalogues (CALSRC) of single CCDs.

- ``solution`` reads what was solved for a CCD and tells what its pixels are worth;
- ``header`` changes cards and leaves the others as they are;
- ``exposure`` writes CALEXP, ``catalogue`` CALSRC, ``run`` goes through the CCDs of a rerun.
"""
