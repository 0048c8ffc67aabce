"""The benchmark of the store measures what it says."""

import json
from pathlib import Path

import pytest
from bench import bench_store
from bench.bench_store import ORDERS, Recorded, bare, peaks, seconds, stored, written

from fleetcraft.study.engine.blocks import Join, Points
from fleetcraft.study.engine.local import Here
from fleetcraft.study.questionnaire.answering import StudyJob
from fleetcraft.study.questionnaire.file import read_study_file


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "plan.json").write_text(json.dumps({"fleetcraft": 1, "scenario": None, "orders": ORDERS}))
    return written(tmp_path, "study", "{kind: latin_hypercube, points: 3}", replications=2)


class Counting(Here):
    """A crew that counts what it answers."""

    def __init__(self, job):
        super().__init__(job)
        self.answered = []

    def get(self):
        found = super().get()
        assert found.error is None
        self.answered.append(found.block)
        return found


def test_the_same_blocks_are_answered_with_and_without_the_store(study, tmp_path):
    file = read_study_file(study)
    with Recorded(StudyJob(file.study), 1) as crew:
        stored(file, crew, tmp_path / "run")
        blocks = list(crew.blocks)
    points = [point.number for block in blocks if isinstance(block, Points) for point in block.points]
    points += [block.point.number for block in blocks if isinstance(block, Join)]
    assert sorted(points) == [0, 1, 2]
    counting = Counting(StudyJob(file.study))
    bare(counting, blocks)
    assert counting.answered == blocks


def test_what_is_stored_is_a_whole_run_but_for_its_report(study, tmp_path):
    file = read_study_file(study)
    stored(file, Here(StudyJob(file.study)), tmp_path / "run")
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "manifest.json", "points.csv", "points.parquet", "result.json", "scenario",
    }  # fmt: skip


def test_memory_is_that_of_a_process_of_its_own(study):
    own, worker = peaks(study)
    assert 50 < own < 2000
    assert 50 < worker < 2000


def test_seconds_are_those_of_the_work():
    ticks = iter([10.0, 12.5])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_store.time, "perf_counter", lambda: next(ticks))
        assert seconds(lambda: None) == 2.5
