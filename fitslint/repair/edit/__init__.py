"""What a person asks for by hand, set, rename, delete and move, on the road of a repair.

- ``repair/edit/apply.py`` takes a file from opening it to writing it, and refuses what is worse
  than it was, or wrong in the very cards that were changed;
- ``repair/edit/keywords.py`` makes edits of cards of each thing to do, as corrections do too;
- ``repair/edit/values.py`` makes the text on a card of a value as it is typed.
"""
