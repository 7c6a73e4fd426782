"""Reports made by hand."""

from fitslint.model.finding import Edit, FileReport, Finding, FindingCap, Fix, HduSummary

IMAGE = b"EXPTIME =              1.5e+02 / [s] exposure time".ljust(80)
FIXED = IMAGE.replace(b"e+02", b"E+02")
HOSTILE = "\x1b[31mred\x07\r\n\x9b\u202ebidi\udcff"


def finding(**changes):
    values = {
        "code": "VF110",
        "name": "lowercase-exponent",
        "severity": "error",
        "message": "exponent letter e is lower case; write 1.5E+02",
        "message_id": "VF110",
        "params": {"letter": "e", "new": "1.5E+02"},
        "hdu": 1,
        "extname": None,
        "card": 5,
        "keyword": "EXPTIME",
        "byte": 343,
        "column": 24,
        "end_column": 30,
        "clause": "4.2.4",
        "fingerprint": "0123456789abcdef",
        "fix": Fix("safe", "write the exponent letter in upper case", (Edit(320, 400, FIXED),)),
        "image": IMAGE,
    }
    return Finding(**{**values, **changes})


def absent(**changes):
    return finding(
        code="MK104", name="missing-naxis", card=None, column=None, end_column=None, fix=None,
        image=None, keyword="NAXIS", message="NAXIS is missing", params={}, **changes,
    )  # fmt: skip


def hdu(**changes):
    values = {
        "hdu": 1, "index": 0, "kind": "primary", "extname": None, "extver": None, "cards": 5,
        "offset": 0, "header_bytes": 2880, "data_bytes": 0,
    }  # fmt: skip
    return HduSummary(**{**values, **changes})


def report(*findings, **changes):
    values = {
        "path": "a.fits",
        "status": "ok",
        "verdict": "violates" if findings else "conforms",
        "profile": "standard",
        "hdus": [hdu()],
        "findings": list(findings),
    }
    return FileReport(**{**values, **changes})


def failed(status="unreadable", reason="no such file", path="b.fits"):
    return report(path=path, status=status, verdict="undetermined", reason=reason, hdus=[])


def capped():
    return report(finding(), truncated=[FindingCap("VF110", 1, {"error": 999})])


def hostile():
    image = b"A\x1b]0;x\x07 = 'x\xe9y'".ljust(80)
    return report(
        finding(
            message=f"bad {HOSTILE}", keyword=HOSTILE, extname=HOSTILE, image=image, column=2,
            end_column=3, params={"x": HOSTILE},
        ),
        path=f"dir/{HOSTILE}.fits",
        limits_hit=[f"cut {HOSTILE}"],
    )  # fmt: skip
