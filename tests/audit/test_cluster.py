"""Dask and sudden deaths: the content is that of an undisturbed run."""

import pytest

from fitslint.audit.job import AuditJob
from fitslint.audit.tables import AuditFolderError
from fitslint.audit.worker import ShardError, run_shard
from fitslint.config.settings import Settings
from tests.audit.archive import write_archive
from tests.audit.content import read_all, run, run_here
from tests.audit.kill import check_resumption, start_cluster

SIZE = 40


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder, 200)
    return folder


@pytest.mark.long
def test_dask_writes_the_same(archive, tmp_path):
    import contextlib

    run_here(tmp_path / "here", archive, shard_size=SIZE)
    run(tmp_path / "local", archive, jobs=2, dask="local", shard_size=SIZE)
    with contextlib.ExitStack() as stack:
        address = start_cluster(stack)[1][1]
        run(tmp_path / "cluster", archive, dask=address, shard_size=SIZE)
    assert read_all(tmp_path / "local") == read_all(tmp_path / "here")
    assert read_all(tmp_path / "cluster") == read_all(tmp_path / "here")


@pytest.mark.long
def test_runs_that_are_killed_are_taken_up(archive, tmp_path):
    _, same = check_resumption(
        archive, tmp_path / "audit", times=2, size=SIZE, victims=("driver", "worker")
    )
    assert same


def test_a_worker_of_another_version_is_named(tmp_path):
    job = AuditJob(str(tmp_path), Settings(), "", version="0.0.9")
    with pytest.raises(ShardError, match=r"a worker has fitslint .* and the run has 0\.0\.9; "):
        run_shard(job, 3)


def test_a_scheduler_that_is_not_there_is_named(archive, tmp_path, monkeypatch):
    from fitslint.audit import executors

    monkeypatch.setattr(executors, "_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(AuditFolderError, match="no scheduler answers"):
        run(tmp_path, archive, dask="tcp://127.0.0.1:1")


def test_a_scheduler_without_workers_is_seen():
    distributed = pytest.importorskip("distributed")
    from fitslint.audit.executors import _has_no_workers

    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster:
        client = distributed.Client(cluster)
        assert _has_no_workers(client)
        cluster.scale(1)
        client.wait_for_workers(1)
        assert not _has_no_workers(client)
        client.close()
        assert not _has_no_workers(client), "nothing is known of a scheduler that is lost"
