"""Whether a product conforms: to both authorities, and to fitsverify where that is installed."""

from __future__ import annotations

import shutil
import subprocess

from fitslint import check


def list_faults(path, profiles=("", "norh", "products")):
    """What anybody has to say about a file."""
    said = [
        f"{finding.code} {finding.message}"
        for profile in profiles
        for finding in check(path, profile=profile).findings
    ]
    if shutil.which("fitsverify"):
        done = subprocess.run(["fitsverify", path], capture_output=True, text=True, check=False)
        if "0 warning(s) and 0 error(s)" not in done.stdout:
            said.append(done.stdout)
    return said
