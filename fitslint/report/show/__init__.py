"""A file as ``fitslint show`` draws it: layout in bytes, columns, cards with their findings."""
