"""Rules × dictionaries × profile → findings.

A check goes through these modules from the top to the bottom:

- ``engine/run.py`` takes the inputs, few of them here and many through ``engine/workers.py``;
- ``engine/checker.py`` reads one after another and stands whatever they hold, among them the lens
  models of ``engine/lens_models.py``; ``engine/tally.py`` counts what came out;
- ``engine/linter.py`` judges a file: header by header, then what concerns several of them;
  ``engine/dictionaries.py`` tells whose dictionaries hold, ``engine/ruleset.py`` which rules run;
- ``engine/header_linter.py`` asks the rules about a header, and only what
  ``engine/layout_plan.py`` (by the layout) and
  ``engine/rule_index.py`` (by the keyword) leave open;
- ``engine/findings.py`` makes findings of what the rules flag, with the disagreements of
  ``engine/conflicts.py`` and edits fit for the file (``engine/text_edits.py``,
  ``engine/structural.py``).

``engine/plain_linter.py`` says what linting means, every rule asked about everything. What is
remembered of clean headers is bounded and never changes an answer: tests hold both ways
to the same findings, in any order of files. Answers come out in the order of the inputs.
"""
