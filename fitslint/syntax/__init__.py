"""Bytes to the model and back: the grammars, the header scanner, the card writer."""
