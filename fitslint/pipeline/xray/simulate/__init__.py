"""Observations of a cluster whose truth is known, in files that look like those of Chandra.

- ``model`` is the sky: a beta model with a cavity and a cold front, and point sources;
- ``observe`` lets the telescope look at it: pointing, dither, chips, bad pixels, flares;
- ``files`` writes evt2, asol1, bpix1 and msk1, ``run`` does all of it and tells the truth in JSON.

The telescope is that of ``acis``: what comes out is right where the pipeline is, and says nothing
of how well ``acis`` describes the real one.
"""
