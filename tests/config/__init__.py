"""Tests of fitslint.config."""
