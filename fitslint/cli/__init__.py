"""The command line: a command is a module.

``main`` turns everything that can end a command into an exit code and a sentence. A module of a
command has a class of options (``options`` says how they are declared) and a function that acts on
them, whose docstring is its help and which imports what it needs when it is called: help and
completion load all commands, but nothing that they do. ``app`` is the table of all of them,
``command`` spreads a class of options over the parser, ``quick`` reads plain words of ``check`` and
``fix`` without it, and ``settings`` turns options into those that configuration files have.
"""
