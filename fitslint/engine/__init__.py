"""Rules × dictionaries × profile → findings.

A check goes through these modules from the top to the bottom:

- ``engine/run.py`` takes the inputs, few of them here and many through ``engine/workers.py``;
- ``engine/checker.py`` reads one after another and stands whatever they hold, among them the lens
  models of ``engine/models.py``; ``engine/tally.py`` counts what came out;
- ``engine/judge.py`` judges a file: header by header, then what concerns several of them;
  ``engine/authorities.py`` tells whose dictionaries hold, ``engine/ruleset.py`` which rules run;
- ``engine/hearing.py`` asks the rules about a header, and only what ``engine/court.py`` (by the
  layout) and ``engine/names.py`` (by the keyword) leave open;
- ``engine/collect.py`` makes findings of what the rules flag, with the disagreements of
  ``engine/conflicts.py`` and edits fit for the file (``engine/lines.py``,
  ``engine/structural.py``).

``engine/plain.py`` says what linting means, every rule asked about everything. What is remembered
of clean headers is bounded and never changes an answer: tests hold both ways to the same findings,
in any order of files. Answers come out in the order of the inputs.
"""
