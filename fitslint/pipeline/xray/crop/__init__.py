"""Regions taken out of an image, and an image cut to a region (step 6).

``window`` is the rectangle that is kept and what it changes in the header; ``crop`` does it with
files.
"""
