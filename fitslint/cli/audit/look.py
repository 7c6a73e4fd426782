"""``fitslint audit report``: an audit as a page to look at."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from fitslint.cli.audit.ask import FOLDER, open_audit
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.options import Options, option
from fitslint.text import say


class PageOptions(Options):
    """The options of ``fitslint audit report``."""

    folder: Path = FOLDER
    html: str = option("File of the page.", "FILE")
    title: str = option("Title of the page (default: the name of the folder).", "TEXT")


def write_page(options: PageOptions) -> ExitCode:
    """Write an audit as one page of HTML that needs nothing beside it, in English and Japanese.

    It filters findings by rule, instrument, folder and time, and shows headers of a sample. Exit 0:
    written; 2: there is no audit, or the page cannot be written.
    """
    from fitslint.cli.report_file import ReportFile

    if not options.html:
        raise UsageError(say("name the file of the page: --html FILE"))
    with open_audit():
        from fitslint.audit.database import RememberingDatabase
        from fitslint.audit.page.render import render_audit_page

        title = options.title or options.folder.resolve().name
        with RememberingDatabase(options.folder) as database:
            page = render_audit_page(database, title)
    with closing(ReportFile(options.html)) as file:
        try:
            file.stream.write(page)
            file.finish()
        except OSError as error:
            raise UsageError(
                say("cannot write {target!r}: {reason}", target=options.html, reason=error.strerror)
            ) from None
    size = f"{len(page.encode('utf-8')) / 1e6:.1f} MB"
    sys.stdout.write(say("{file}: {size}", file=options.html, size=size) + "\n")
    return ExitCode.OK
