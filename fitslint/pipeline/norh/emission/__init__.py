"""What sources radiate: gyrosynchrotron (Dulk 1985, Ramaty 1969), free-free, and the way back.

Forward: ``dulk.py`` (fits, fast), ``ramaty.py`` (exact sums, to hold the fits against) and
``freefree.py``. Back: ``inversion.py`` from two fluxes to density and index, for the light curves
of ``fluxes.py`` and the pixels of ``maps.py``. All is in cgs units.
"""
