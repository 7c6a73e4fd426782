"""``fitslint hsc``: Hyper Suprime-Cam after the analysis of single CCDs."""
