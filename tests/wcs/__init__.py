"""Tests of fitslint.wcs."""
