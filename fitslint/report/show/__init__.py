"""A file as ``fitslint show`` draws it: layout in bytes, columns, cards with their findings.

``views.py`` puts cards that belong together into one piece, with their findings; ``parts.py`` and
``columns.py`` tell what the bytes and the columns are. ``text.py`` and ``json_lines.py`` write it.
"""
