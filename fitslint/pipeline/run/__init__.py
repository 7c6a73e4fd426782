"""What the pipelines have in common: tasks that are run once, and again when something changed.

- ``task`` says what a piece of a run is, ``config_file`` reads the TOML that describes a run;
- ``execute`` carries tasks out in their order, ``files`` brings products to their places;
- ``state`` keeps what earlier runs made, ``code_version`` what they were made by;
- ``lock`` keeps two runs in one folder apart.

A pipeline hands in its tasks, the name of its schema and the format of its state; nothing here
knows what a product shows.
"""
