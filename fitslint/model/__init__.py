"""The data that everything else passes on: cards, headers, HDUs, findings, rules.

- ``card.py`` (80 bytes, and what the grammar says of them: ``form.py``, ``value.py``),
  ``header.py`` (cards, parsed when somebody asks), ``file.py`` (HDUs and structural problems),
  ``data_facts.py`` (what one pass over a data unit told);
- ``rule.py`` (what a rule asks for, and its flags; ``rule_page.py``: its help), ``finding.py``
  (what is reported, with the edits that repair it), ``safety.py`` (how safe they are);
- ``records.py``, ``late.py`` and ``bounded_dict.py`` keep the start quick and memory bounded.

Nothing here imports another part of fitslint but its texts.
"""
