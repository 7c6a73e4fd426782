"""The languages other than English: tables of what the code says, and lines as wide as they are.

``recognition.py`` finds the template behind an English sentence that was raised somewhere,
``catalogue.py`` has the tables of ``language/ja``, ``width.py`` breaks and pads lines by columns of
a terminal. How a sentence is said is in ``fitslint/text.py``.
"""
