"""Published lens models, from where their authors put them or from the Wayback Machine."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.digest import record
from fitslint.pipeline.fetch.download import Downloaded, download, present
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import Limits
from fitslint.pipeline.fetch.part import held, unwritable
from fitslint.pipeline.fetch.redmine import attachment, sign_in
from fitslint.pipeline.fetch.session import Login, Session, checked
from fitslint.pipeline.fetch.unpack import examine, judge_tarball, unpack
from fitslint.pipeline.fetch.wayback import Archive, copies_of
from fitslint.pipeline.kappa.clusters import find
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.tables import read_toml
from fitslint.products import digest as digests

_OWN = Path(__file__).with_name("places.toml")
_PIECE = 1 << 20
_COPIES = 3
"""How many copies of the archive are tried, the newest first."""
_OF_ONE_COPY = ("gone", "forbidden", "refused", "redirect", "not-the-file", "archive", "checksum")
"""What an older copy may not suffer from."""
SOURCES = ("auto", "official", "wayback")
"""The ways to a model; ``auto`` is the place of its authors, and the archive when that fails."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is: see ``places.toml``."""

    name: str
    cluster: str
    file: str
    listing: str
    login: str
    archived: str
    archive: Archive

    @property
    def folder(self) -> str:
        """The folder of the cluster, such as ``Abell1689``."""
        cluster = find(self.cluster)
        return cluster.folder if cluster else self.cluster.replace(" ", "")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that is there.

    Attributes
    ----------
    archive : Downloaded
        the tarball.
    files : tuple of Path
        what was in it.
    notes : tuple of str
        what a reader has to know.
    """

    archive: Downloaded
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


@cache
def known() -> tuple[Place, ...]:
    """The places of this distribution."""
    return load(_OWN)


def load(path: str | Path) -> tuple[Place, ...]:
    """The places of a TOML file of the form of ``places.toml``.

    Raises
    ------
    PipelineError
        when it cannot be read, or a place lacks something.
    """
    tables = read_toml(path)
    try:
        archive = Archive(**tables.get("archive", {}))
        return tuple(Place(**one, archive=archive) for one in tables.get("model", []))
    except TypeError as error:
        raise PipelineError(f"a place lacks something: {error}", path=str(path)) from None


def place_of(target: str) -> Place:
    """The place of a model by its name, or that of its cluster.

    Raises
    ------
    PipelineError
        when there is none.
    """
    cluster = find(target)
    for one in known():
        if target.lower() == one.name or (cluster and cluster.answers_to(one.cluster)):
            return one
    names = ", ".join(one.name for one in known())
    raise PipelineError(f"there is no place known for {target[:40]!r}; there are {names}")


def fetch(
    target: str | Place,
    folder: str | os.PathLike[str],
    *,
    source: str = "auto",
    url: str | None = None,
    file: str | os.PathLike[str] | None = None,
    sha256: str | None = None,
    cookies: str | None = None,
    login: Login | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Fetch a published model and unpack it into a folder.

    A tarball that is there is not fetched again; one that is there in part is continued.

    Parameters
    ----------
    target : str or Place
        a1689 or cl0024.
    folder : str or path
        where the tarball, its ``.sha256`` and its files go.
    source : {"auto", "official", "wayback"}
        the way to it.
    url : str, optional
        the address of the tarball, where it is known; the archive is asked for copies of it then.
    file : path, optional
        a tarball that was saved with a browser; nothing is fetched then.
    sha256 : str, optional
        of the tarball.
    cookies : str, optional
        a file of cookies, of a browser that is signed in.
    login : Login, optional
        name and password.
    limits : Limits, optional
    progress : callable, optional
        is told the bytes that are there, and all of them (0: not known).

    Raises
    ------
    PipelineError
        when it cannot be fetched or unpacked; the sentence says what to do.
    """
    place = target if isinstance(target, Place) else place_of(target)
    limits = limits or Limits()
    home = Path(folder)
    tarball = home / place.file
    notes: tuple[str, ...] = ()
    if file is not None:
        archive = _brought(Path(file), tarball, sha256, limits.size)
    else:
        there = present(tarball, sha256)
        if there is None:
            # The archive is another host: neither cookies nor passwords go there.
            with Session(limits, cookies=cookies, login=login) as own, Session(limits) as other:
                order = _Order(place, own, other, tarball, url, sha256, progress)
                archive, notes = order.carried_out(source)
        else:
            archive = there
    out = unpack(archive.path, home)
    return Fetched(archive, out.files, (*notes, *out.notes))


@dataclass(frozen=True, slots=True)
class _Order:
    """A tarball that is to be fetched."""

    place: Place
    session: Session
    """With whom the place of the authors talks."""
    anonymous: Session
    tarball: Path
    url: str | None
    sha256: str | None
    progress: Progress | None

    def carried_out(self, source: str) -> tuple[Downloaded, tuple[str, ...]]:
        """Fetch by the way that is wanted; the notes tell which one it was.

        Raises
        ------
        FetchError
            with the way in, where there is one.
        """
        ways = {"official": (self._official,), "wayback": (self._archived,)}
        failures: list[FetchError] = []
        for way in ways.get(source, (self._official, self._archived)):
            try:
                found = way()
            except FetchError as error:
                failures.append(error)
                if not _elsewhere(error):
                    break
            else:
                notes = (f"from the Wayback Machine ({found.url}), since {one}" for one in failures)
                return found, tuple(notes)
        raise _advised(failures, self.place)

    def _official(self) -> Downloaded:
        session, place = self.session, self.place
        url = self.url or place.listing
        if session.login is not None and checked(url).host == checked(place.login).host:
            sign_in(session, place.login, session.login)
        return self._download(session, self.url or self._listed())

    def _listed(self) -> str:
        page, text = self.session.page(self.place.listing)
        url = attachment(page, text, self.place.file)
        if url is None:
            raise FetchError(
                "gone", f"the page links no {self.place.file}; perhaps it shows it to "
                "those who are signed in only", self.place.listing,
            )  # fmt: skip
        return url

    def _archived(self) -> Downloaded:
        prefix, name = self.place.archived, self.place.file
        if self.url is not None:
            url = checked(self.url)
            prefix, name = f"{url.host}{url.path}", url.path.rpartition("/")[2]
        failure: FetchError | None = None
        for copy in copies_of(self.anonymous, self.place.archive, prefix, name)[:_COPIES]:
            try:
                return self._download(self.anonymous, copy)
            except FetchError as error:
                if error.reason not in _OF_ONE_COPY:
                    raise
                failure = failure or error
        assert failure is not None  # there is a copy at least
        raise failure

    def _download(self, session: Session, url: str) -> Downloaded:
        return download(
            session, url, self.tarball, sha256=self.sha256, judge=judge_tarball, examine=examine,
            progress=self.progress,
        )  # fmt: skip


def _elsewhere(error: FetchError) -> bool:
    """Whether another place may have it: not where our own disk or bounds are what fails."""
    return error.reason not in ("disk", "in-use", "too-large", "checksum")


def _advised(failures: list[FetchError], place: Place) -> FetchError:
    """One failure for all that was tried, with what to do in the end."""
    first, *others = failures
    also = (f"nor has the Wayback Machine: {one.sentence}" for one in others)
    said = "; ".join([first.sentence, *also])
    if all(map(_elsewhere, failures)):
        later = "try again later, or " if first.passes else ""
        said += (
            f"; {later}sign in at {place.login} with a browser, save {place.file} and give it: "
            f"fitslint kappa fetch {place.name} --file PATH (or --cookies FILE, or --user NAME)"
        )
    return FetchError(first.reason, said, str(first.path))


def _brought(source: Path, target: Path, sha256: str | None, limit: int) -> Downloaded:
    """A tarball that somebody saved, under its name in the folder."""
    try:
        digest = _digest_of_saved(source, limit)
        examine(source)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise PipelineError(f"cannot be read: {said}", path=str(source)) from None
    if sha256 is not None and digest != sha256.lower():
        raise FetchError("checksum", f"its SHA-256 is {digest}, not {sha256}", str(source))
    there = present(target, digest)
    if there is not None:
        return there
    with held(target) as part:
        try:
            part.discard_bytes()
            with source.open("rb") as file:
                at = 0
                while piece := file.read(_PIECE):
                    part.add(piece, at)
                    at += len(piece)
            part.place(target)
            record(target, digest)
        except OSError as error:
            raise unwritable(error, target) from None
    return Downloaded(target, "", digest, at)


def _digest_of_saved(source: Path, limit: int) -> str:
    """The SHA-256 of a tarball; a device or a pipe, which may never end, is not read."""
    about = source.stat()
    if not stat.S_ISREG(about.st_mode):
        raise FetchError("not-the-file", "this is no regular file", str(source))
    if about.st_size > limit:
        raise FetchError("too-large", f"it is longer than {limit} bytes", str(source))
    with source.open("rb") as file:
        why = judge_tarball(file.read(512))
    if why is not None:
        raise FetchError("not-the-file", why, str(source))
    return digests.sha256(source)
