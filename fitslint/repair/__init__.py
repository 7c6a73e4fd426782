"""Repair of headers: plan in memory, check again, write so that no crash can lose a byte."""
