"""A rerun of hscPipe as a whole.

``layout`` finds its files by name, ``measure``, ``tables`` and ``data`` look into them, ``rerun``
shows them to the rules of ``fitslint.rules.rerun``, and ``check`` reports what these find.
"""
