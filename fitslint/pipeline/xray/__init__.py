"""X-ray images of clusters: what is made of Chandra's events, and the bins of their spectra.

- ``contbin`` cuts an image into bins along its contours;
- ``regions`` reads and writes the regions of CIAO and DS9, covers bins with boxes, and takes
  coordinates from the grid of the detector to the sky.
"""
