"""Published lens models, from where their authors put them or from the Wayback Machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.body import Progress
from fitslint.pipeline.fetch.digest import digest_of, record
from fitslint.pipeline.fetch.download import Downloaded, download, present
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import Limits
from fitslint.pipeline.fetch.part import held, unwritable
from fitslint.pipeline.fetch.redmine import attachment, sign_in
from fitslint.pipeline.fetch.session import Login, Session
from fitslint.pipeline.fetch.unpack import judge_tarball, unpack
from fitslint.pipeline.fetch.wayback import Archive, copy_of
from fitslint.pipeline.kappa.clusters import find, read_toml

_OWN = Path(__file__).with_name("places.toml")
_PIECE = 1 << 20
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
        the address of the tarball, where it is known.
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
    home = Path(folder)
    tarball = home / place.file
    notes: tuple[str, ...] = ()
    archive = present(tarball, sha256) if file is None else _brought(Path(file), tarball, sha256)
    if archive is None:
        with Session(limits or Limits(), cookies=cookies, login=login) as session:
            order = _Order(place, session, tarball, sha256, progress)
            archive, notes = order.carried_out(source, url)
    out = unpack(archive.path, home)
    return Fetched(archive, out.files, (*notes, *out.notes))


@dataclass(frozen=True, slots=True)
class _Order:
    """A tarball that is to be fetched."""

    place: Place
    session: Session
    tarball: Path
    sha256: str | None
    progress: Progress | None

    def carried_out(self, source: str, url: str | None) -> tuple[Downloaded, tuple[str, ...]]:
        """Fetch by the way that is wanted; the notes tell which one it was."""
        try:
            if url is not None:
                return self._download(url), ()
            if source == "wayback":
                return self._archived(), ()
            return self._official(), ()
        except FetchError as error:
            first = _advised(error, self.place)
            if source != "auto" or url is not None or not _elsewhere(error):
                raise first from None
        try:
            found = self._archived()
        except FetchError as error:
            raise FetchError(
                first.reason, f"{first.sentence}; nor has the Wayback Machine: {error.sentence}",
                str(first.path),
            ) from None  # fmt: skip
        return found, (f"from the Wayback Machine ({found.url}), since {first}",)

    def _official(self) -> Downloaded:
        if self.session.login is not None:
            sign_in(self.session, self.place.login, self.session.login)
        page, text = self.session.page(self.place.listing)
        url = attachment(page, text, self.place.file)
        if url is None:
            raise FetchError(
                "gone", f"the page links no {self.place.file}; perhaps it shows it to "
                "those who are signed in only", self.place.listing,
            )  # fmt: skip
        return self._download(url)

    def _archived(self) -> Downloaded:
        place = self.place
        return self._download(copy_of(self.session, place.archive, place.archived, place.file))

    def _download(self, url: str) -> Downloaded:
        return download(
            self.session, url, self.tarball, sha256=self.sha256, judge=judge_tarball,
            progress=self.progress,
        )  # fmt: skip


def _elsewhere(error: FetchError) -> bool:
    """Whether another place may have it: not where our own disk or bounds are what fails."""
    return error.reason not in ("disk", "in-use", "too-large", "checksum")


def _advised(error: FetchError, place: Place) -> FetchError:
    """A refusal with the way in."""
    if error.reason not in ("login", "forbidden", "gone"):
        return error
    return FetchError(
        error.reason,
        f"{error.sentence}; sign in at {place.login} with a browser, "
        f"save {place.file} and give it: "
        f"fitslint kappa fetch {place.name} --file PATH (or --cookies FILE, or --user NAME)",
        str(error.path),
    )


def _brought(source: Path, target: Path, sha256: str | None) -> Downloaded:
    """A tarball that somebody saved, under its name in the folder."""
    try:
        digest = digest_of(source)
        with source.open("rb") as file:
            why = judge_tarball(file.read(512))
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise PipelineError(f"cannot be read: {said}", path=str(source)) from None
    if why is not None:
        raise FetchError("not-the-file", why, str(source))
    if sha256 is not None and digest != sha256.lower():
        raise FetchError("checksum", f"its SHA-256 is {digest}, not {sha256}", str(source))
    there = present(target, digest)
    if there is not None:
        return there
    with held(target) as part:
        try:
            part.discard_bytes()
            with source.open("rb") as file:
                for at in range(0, source.stat().st_size, _PIECE):
                    part.add(file.read(_PIECE), at)
            part.place(target)
            record(target, digest)
            return Downloaded(target, "", digest, target.stat().st_size)
        except OSError as error:
            raise unwritable(error, target) from None
