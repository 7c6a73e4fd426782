"""Reports: text for people, JSON for machines.

- ``reporter.py`` says what a format is (text at the start, for each file, at the end) and
  ``registry.py`` which there are, each loaded when it is asked for;
- for people: ``full.py``, ``concise.py``, ``grouped.py``, ``html_page.py``, ``sentences.py`` at the
  end, ``tables.py``;
- for programs: ``json_report.py``, ``sarif.py``, ``github.py``, ``gitlab.py``, ``junit.py``;
- ``baseline.py`` keeps the findings of today; ``report/show`` draws a file, ``wcs_report.py``,
  ``wcs_rows.py`` and ``wcs_sketch.py`` its coordinates; ``html_report.py`` is for notebooks.

A report knows findings and no rules. The text of a file is made where it was judged, in a worker.
Whatever comes from a header goes through ``escape.py``: it never steers a terminal or a page.
"""
