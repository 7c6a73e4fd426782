"""The lensing of each profile of mass, added to maps block by block.

``base`` says what a profile is and what it is added to; ``isothermal`` (profile 8), ``dpie`` (81),
``radial`` (1), ``nfw`` (12) and ``shear`` (14) are the profiles, ``orientation`` their axes, and
``build`` makes them of the lenses of a model.
"""
