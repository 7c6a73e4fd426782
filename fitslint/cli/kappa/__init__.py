"""``fitslint kappa``: lens models, maps and their quality."""
