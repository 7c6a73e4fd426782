"""Regions of CIAO and DS9: read, drawn on an image, taken from pixels to the sky, and written.

- ``shapes`` says what the numbers of a shape mean, ``parse`` reads files, ``write`` writes them;
- ``frames`` takes shapes from the grid of the detector (physical), of the image, or from the sky
  to each other;
- ``masks`` draws them on an image, ``boxes`` covers the pixels of a bin with boxes.
"""
