"""Units: which words are units, what a unit string means, and what is wrong with one.

``syntax/units.lark`` is the grammar of unit strings, ``dictionaries/units.toml`` the one table of
names and of other spellings. ``units/names.py`` looks words up, ``units/unit.py`` makes a unit of
a string, ``units/spelling.py`` reads what people write, and ``units/faults.py`` tells what the
standard does not have so.
"""
