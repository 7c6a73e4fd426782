"""``fitslint fix`` and the commands that edit headers by hand."""
