"""Tests of fitslint.report."""
