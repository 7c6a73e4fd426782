"""The data that everything else passes on: cards, headers, HDUs, findings, rules.

Nothing here imports another part of fitslint.
"""
