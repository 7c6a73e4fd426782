"""Quality control of convergence maps, line by line, with pictures.

- ``assess.py`` makes the report: ``inputs.py`` reads what it needs (``skymap.py``,
  ``frame_cards.py``, ``model_convergence.py``, ``registration.py``, ``members.py``);
- ``check.py`` says what a check is; the checks stand by the letter of their lines in
  ``normalisation.py`` (a), ``geometry.py`` and ``parity.py`` (b), ``peak.py`` (c),
  ``consistency.py`` (d), ``contours.py`` (e), ``band.py`` (f), ``xray.py`` (g), ``header.py`` (h);
- ``thresholds.py`` has what they are held against;
- ``page.py`` and ``pipeline/kappa/qc/figures`` write and draw it; ``band_width_map.py`` makes a
  product.

A check whose needs are not met says why it cannot be judged; it is never passed in silence.
"""
