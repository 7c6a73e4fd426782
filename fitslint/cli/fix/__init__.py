"""``fitslint fix``: repairs, what is said of them, and how they are taken back."""
