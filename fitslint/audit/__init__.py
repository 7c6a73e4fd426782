"""Archives of many files: a manifest, shards of it, and what was found in them as Parquet.

An audit goes through these modules from the top to the bottom:

- ``run.py`` has ``listing.py`` list the roots, ``manifest.py`` part them into shards, and hands out
  those that are not done (``executors.py``: processes of ``worker.py``, or Dask);
- ``shard.py`` reads and judges the files of one; ``facts.py``, ``census.py`` and ``digest.py`` say
  what rules across files need (``header_block.py`` reads like headers column by column);
  ``reuse.py`` takes over what is known, ``marker.py`` survives a crash;
- ``tables.py`` is the contract of all tables, ``rows.py`` fills them;
- ``across.py`` asks the rules across files, ``waivers.py`` and ``withholding.py`` take out what is
  accepted;
- ``database.py`` answers SQL, ``summary.py``, ``diff.py`` and ``fix_plan.py`` count, ``audit/page``
  draws, ``watch.py`` keeps looking, ``post.py`` sends.

``audit/remote`` has files behind a network. A shard is written whole or not at all, under the
digest of all that decides its answers (``ruleset.py``).
"""
