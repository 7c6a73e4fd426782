"""Pipelines whose products fitslint keeps conformant."""
