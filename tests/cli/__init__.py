"""Tests of fitslint.cli."""
