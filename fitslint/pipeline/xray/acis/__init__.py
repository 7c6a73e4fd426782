"""ACIS, the camera of Chandra: where its chips are, and what it sees of a photon.

- ``geometry`` places chips in the tangent plane, ``response`` has area, vignetting and PSF;
- ``bands`` knows the energy bands of CIAO by their names.
"""
