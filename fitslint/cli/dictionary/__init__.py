"""``fitslint dict``: look into keyword dictionaries, judge them, make and convert them."""

from fitslint.cli.dictionary.app import dict_app

__all__ = ["dict_app"]
