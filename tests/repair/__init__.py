"""Tests of fitslint.repair."""
