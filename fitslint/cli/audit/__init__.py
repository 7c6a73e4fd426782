"""``fitslint audit``: archives of many files, run, asked, looked at and watched."""
