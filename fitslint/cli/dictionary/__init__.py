"""``fitslint dict``: look into keyword dictionaries, judge them, make and convert them."""
