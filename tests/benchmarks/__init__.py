"""How fast fitslint is beside its peers: ``python -m tests.benchmarks --help``."""
