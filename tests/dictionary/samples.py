"""Small dictionaries for tests."""

import textwrap

from fitslint.dictionary.files.document import parse_document

HEAD = """\
[dictionary]
id = "test/one"
version = "1.0.0"
title = "A test"
authority = "Tests"
edition = "1"
"""


def document(*keywords, head="", name="one.toml"):
    """A dictionary with ``[[keyword]]`` bodies as given."""
    bodies = [f"\n[[keyword]]\n{textwrap.dedent(body).strip()}\n" for body in keywords]
    return parse_document(HEAD + textwrap.dedent(head) + "".join(bodies), name)


def write(folder, name, *keywords, head=""):
    """The same in a file."""
    path = folder / name
    path.write_text(document(*keywords, head=head).text, encoding="utf-8")
    return path
