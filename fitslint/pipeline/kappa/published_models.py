"""Published lens models, from where their authors put them or from the Wayback Machine."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.fetch.digest import write_sha256_file
from fitslint.pipeline.fetch.download import DownloadedFile, download, find_existing
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import FetchLimits
from fitslint.pipeline.fetch.partial_file import build_disk_error, lock_partial
from fitslint.pipeline.fetch.redmine import find_attachment_url, sign_in
from fitslint.pipeline.fetch.session import Login, Session, validate_url
from fitslint.pipeline.fetch.unpack import inspect_tarball_head, unpack_tarball, verify_tarball
from fitslint.pipeline.fetch.wayback import WaybackArchive, list_copies
from fitslint.pipeline.kappa.clusters import find_cluster
from fitslint.pipeline.progress import Progress
from fitslint.pipeline.toml_file import read_toml
from fitslint.products import digest as digests

_BUILTIN_PATH = Path(__file__).with_name("places.toml")
_CHUNK_SIZE = 1 << 20
_MAX_COPIES = 3
"""How many copies of the archive are tried, the newest first."""
_COPY_FAILURES = ("gone", "forbidden", "refused", "redirect", "not-the-file", "archive", "checksum")
"""What an older copy may not suffer from."""
FETCH_ROUTES = ("auto", "official", "wayback")
"""The ways to a model; ``auto`` is the place of its authors, and the archive when that fails."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model is: see ``places.toml``."""

    name: str
    cluster: str
    file: str
    listing: str
    login: str
    archived: str
    archive: WaybackArchive

    @property
    def folder(self) -> str:
        """The folder of the cluster, such as ``Abell1689``."""
        cluster = find_cluster(self.cluster)
        return cluster.folder if cluster else self.cluster.replace(" ", "")


@dataclass(frozen=True, slots=True)
class FetchedModel:
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

    archive: DownloadedFile
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


@cache
def load_builtin_sources() -> tuple[ModelSource, ...]:
    """The places of this distribution."""
    return load_model_sources(_BUILTIN_PATH)


def load_model_sources(path: str | Path) -> tuple[ModelSource, ...]:
    """The places of a TOML file of the form of ``places.toml``.

    Raises
    ------
    PipelineError
        when it cannot be read, or a place lacks something.
    """
    tables = read_toml(path)
    try:
        archive = WaybackArchive(**tables.get("archive", {}))
        return tuple(ModelSource(**table, archive=archive) for table in tables.get("model", []))
    except TypeError as error:
        raise PipelineError(f"a place lacks something: {error}", path=str(path)) from None


def find_model_source(target: str) -> ModelSource:
    """The place of a model by its name, or that of its cluster.

    Raises
    ------
    PipelineError
        when there is none.
    """
    cluster = find_cluster(target)
    for source in load_builtin_sources():
        if target.lower() == source.name or (cluster and cluster.has_name(source.cluster)):
            return source
    names = ", ".join(source.name for source in load_builtin_sources())
    raise PipelineError(f"there is no place known for {target[:40]!r}; there are {names}")


def fetch_model(
    target: str | ModelSource,
    folder: str | os.PathLike[str],
    *,
    source: str = "auto",
    url: str | None = None,
    file: str | os.PathLike[str] | None = None,
    sha256: str | None = None,
    cookies: str | None = None,
    login: Login | None = None,
    limits: FetchLimits | None = None,
    progress: Progress | None = None,
) -> FetchedModel:
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
    place = target if isinstance(target, ModelSource) else find_model_source(target)
    limits = limits or FetchLimits()
    home = Path(folder)
    tarball = home / place.file
    notes: tuple[str, ...] = ()
    if file is not None:
        archive = _import_tarball(Path(file), tarball, sha256, limits.file_bytes)
    else:
        there = find_existing(tarball, sha256)
        if there is None:
            # The archive is another host: neither cookies nor passwords go there.
            with Session(limits, cookies=cookies, login=login) as own, Session(limits) as other:
                order = _FetchJob(place, own, other, tarball, url, sha256, progress)
                archive, notes = order.run(source)
        else:
            archive = there
    out = unpack_tarball(archive.path, home)
    return FetchedModel(archive, out.files, (*notes, *out.notes))


@dataclass(frozen=True, slots=True)
class _FetchJob:
    """A tarball that is to be fetched."""

    model_source: ModelSource
    session: Session
    """With whom the place of the authors talks."""
    anonymous_session: Session
    tarball: Path
    url: str | None
    sha256: str | None
    progress: Progress | None

    def run(self, source: str) -> tuple[DownloadedFile, tuple[str, ...]]:
        """Fetch by the way that is wanted; the notes tell which one it was.

        Raises
        ------
        FetchError
            with the way in, where there is one.
        """
        ways = {"official": (self._fetch_official,), "wayback": (self._fetch_from_archive,)}
        failures: list[FetchError] = []
        for way in ways.get(source, (self._fetch_official, self._fetch_from_archive)):
            try:
                found = way()
            except FetchError as error:
                failures.append(error)
                if not _may_be_elsewhere(error):
                    break
            else:
                notes = (
                    f"from the Wayback Machine ({found.url}), since {failure}"
                    for failure in failures
                )
                return found, tuple(notes)
        raise _build_final_error(failures, self.model_source)

    def _fetch_official(self) -> DownloadedFile:
        session, place = self.session, self.model_source
        url = self.url or place.listing
        if session.login is not None and validate_url(url).host == validate_url(place.login).host:
            sign_in(session, place.login, session.login)
        return self._download(session, self.url or self._find_listing_url())

    def _find_listing_url(self) -> str:
        page, text = self.session.read_page(self.model_source.listing)
        url = find_attachment_url(page, text, self.model_source.file)
        if url is None:
            raise FetchError(
                "gone", f"the page links no {self.model_source.file}; perhaps it shows it to "
                "those who are signed in only", self.model_source.listing,
            )  # fmt: skip
        return url

    def _fetch_from_archive(self) -> DownloadedFile:
        prefix, name = self.model_source.archived, self.model_source.file
        if self.url is not None:
            url = validate_url(self.url)
            prefix, name = f"{url.host}{url.path}", url.path.rpartition("/")[2]
        failure: FetchError | None = None
        for copy in list_copies(self.anonymous_session, self.model_source.archive, prefix, name)[
            :_MAX_COPIES
        ]:
            try:
                return self._download(self.anonymous_session, copy)
            except FetchError as error:
                if error.reason not in _COPY_FAILURES:
                    raise
                failure = failure or error
        assert failure is not None  # there is a copy at least
        raise failure

    def _download(self, session: Session, url: str) -> DownloadedFile:
        return download(
            session, url, self.tarball, sha256=self.sha256, inspect_head=inspect_tarball_head,
            verify_file=verify_tarball, progress=self.progress,
        )  # fmt: skip


def _may_be_elsewhere(error: FetchError) -> bool:
    """Whether another place may have it: not where our own disk or bounds are what fails."""
    return error.reason not in ("disk", "in-use", "too-large", "checksum")


_LATER = "try again later"


def _build_final_error(failures: list[FetchError], place: ModelSource) -> FetchError:
    """One failure for all that was tried, with what to do in the end."""
    first, *others = failures
    also = (f"nor has the Wayback Machine: {source.sentence}" for source in others)
    said = "; ".join([first.sentence, *also])
    if not all(map(_may_be_elsewhere, failures)):
        return FetchError(first.reason, said, str(first.path))
    if first.is_transient:
        said = f"{said}; {_LATER}"
    return FetchError(
        first.reason,
        f"{said}; sign in at {place.login} with a browser and save {place.file}; give it by "
        f"`fitslint kappa fetch {place.name} --file PATH`, or say --cookies FILE or --user NAME",
        str(first.path),
    )


def _import_tarball(source: Path, target: Path, sha256: str | None, limit: int) -> DownloadedFile:
    """A tarball that somebody saved, under its name in the folder."""
    try:
        digest = _hash_tarball(source, limit)
        verify_tarball(source)
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise PipelineError(f"cannot be read: {said}", path=str(source)) from None
    if sha256 is not None and digest != sha256.lower():
        raise FetchError("checksum", f"its SHA-256 is {digest}, not {sha256}", str(source))
    there = find_existing(target, digest)
    if there is not None:
        return there
    with lock_partial(target) as part:
        try:
            part.discard_bytes()
            with source.open("rb") as file:
                at = 0
                while piece := file.read(_CHUNK_SIZE):
                    part.add(piece, at)
                    at += len(piece)
            part.rename_to(target)
            write_sha256_file(target, digest)
        except OSError as error:
            raise build_disk_error(error, target) from None
    return DownloadedFile(target, "", digest, at)


def _hash_tarball(source: Path, limit: int) -> str:
    """The SHA-256 of a tarball; a device or a pipe, which may never end, is not read."""
    about = source.stat()
    if not stat.S_ISREG(about.st_mode):
        raise FetchError("not-the-file", "this is no regular file", str(source))
    if about.st_size > limit:
        raise FetchError("too-large", f"it is longer than {limit} bytes", str(source))
    with source.open("rb") as file:
        why = inspect_tarball_head(file.read(512))
    if why is not None:
        raise FetchError("not-the-file", why, str(source))
    return digests.compute_sha256(source)
