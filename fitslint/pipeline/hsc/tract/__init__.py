"""Tracts: the planes on which visits are put together.

``hull`` encloses the corners of images, ``geometry`` is a tract with its patches, ``rings`` the
tracts of the whole sky, ``build`` makes one of headers, ``output`` writes and reads it.

The steps and numbers are those of makeDiscreteSkyMap and makeSkyMap (LSST's pipe_tasks, skymap and
sphgeom), so that the line they log comes out to the last digit.
"""
