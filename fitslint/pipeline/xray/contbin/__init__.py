"""Contour binning (Sanders 2006, MNRAS 371, 829): bins that follow the surface brightness.

- ``inputs`` holds the images on one grid, ``signal`` the sums of a bin and its signal to noise;
- ``smoothing`` gathers signal around every pixel until it is significant;
- ``bin`` is one bin, ``growth`` makes bins from the brightest pixel on, ``scrubbing`` gives the
  pixels of those that stayed too faint to their neighbours;
- ``binning`` does all of it, ``products`` writes the maps.

The steps are those of the program contbin, whose maps come out in every pixel the same where the
smoothed image has no two equal values. It looks at the whole rim of a bin for every pixel that is
added; here the rim stands in a heap, and a pixel that the constraint forbids is looked at again
when the bin may have come near enough.
"""
