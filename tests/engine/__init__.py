"""Tests of fitslint.engine."""
