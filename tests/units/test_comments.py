"""Units in comments of keywords that nobody registered: only their spelling is judged."""

import pytest

from fitslint.testing.examples import build_example
from tests.rules.linting import lint


