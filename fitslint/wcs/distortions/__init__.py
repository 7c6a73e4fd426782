"""Distortions: what comes before the linear step (SIP) or between it and the projection."""
