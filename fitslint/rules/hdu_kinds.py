"""Kinds of HDU that rules speak of together."""

from __future__ import annotations

PRIMARY_KINDS = ("primary", "groups")
IMAGE_KINDS = (*PRIMARY_KINDS, "image")
COMPRESSED_KINDS = ("compressed-image", "compressed-table")
BINTABLE_KINDS = ("bintable", *COMPRESSED_KINDS)
TABLE_KINDS = ("table", *BINTABLE_KINDS)
EXTENSION_KINDS = ("image", *TABLE_KINDS, "extension")
KNOWN_KINDS = (*PRIMARY_KINDS, *EXTENSION_KINDS)
"""Every kind but ``unknown``: a fragment of a header has no order to keep."""
