"""Drafts: nothing that was answered for is lost, whoever else works on it and however the server ends."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builders import write_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.studio import drafts as module
from fleetcraft.studio.drafts import Drafts, State, version_of
from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.scenario_files import LARGEST_BYTES, MOST_FILES, checked_name, files_in
from fleetcraft.studio.workspace import Workspace

ID = "mine"
FILE = "scenario.yaml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    write_scenario(tmp_path / ID)
    return Workspace(tmp_path, tmp_path / "runs")


def put(drafts: Drafts, state: State, text: str) -> State:
    return drafts.change(ID, state.version, lambda files: {FILE: files[FILE] + text.encode()})


def refused(status: int) -> pytest.RaisesExc[RefusalError]:
    return pytest.RaisesExc(RefusalError, check=lambda error: error.status == status)


def test_a_draft_begins_as_what_is_saved(workspace: Workspace) -> None:
    state = Drafts(workspace).state(ID)
    assert state.files == files_in(workspace.folder / ID)
    assert (state.unsaved, state.readonly, state.undo, state.redo) == (False, False, False, False)
    assert not workspace.home.exists(), "reading leaves nothing behind"


def test_changes_outlive_the_server_and_can_be_undone_after_it(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    first = drafts.state(ID)
    second = put(drafts, first, "# two\n")
    third = put(drafts, second, "# three\n")
    saved = (workspace.folder / ID / FILE).read_bytes()
    again = Drafts(Workspace(workspace.folder, workspace.root))
    assert again.state(ID) == third
    assert third.unsaved
    assert third.files[FILE] == saved + b"# two\n# three\n"
    assert (workspace.folder / ID / FILE).read_bytes() == saved
    assert again.step(ID, third.version, -1).files == second.files
    back = again.step(ID, second.version, -1)
    assert (back.files, back.unsaved, back.undo, back.redo) == (first.files, False, False, True)
    with refused(409):
        again.step(ID, back.version, -1)
    assert again.step(ID, back.version, 1).version == second.version
    assert again.step(ID, second.version, 1).version == third.version
    with refused(409):
        again.step(ID, third.version, 1)


def test_who_has_not_seen_the_newest_is_refused(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    seen = drafts.state(ID)
    newest = put(drafts, seen, "# mine\n")
    for step in (
        lambda: put(drafts, seen, "# yours\n"),
        lambda: drafts.step(ID, seen.version, -1),
        lambda: drafts.save(ID, seen.version, anyway=True),
    ):
        with refused(409):
            step()
    assert drafts.state(ID) == newest


def test_of_many_at_once_one_is_answered_and_the_others_are_refused(workspace: Workspace) -> None:
    seen = Drafts(workspace).state(ID)

    def attempt(number: int) -> bool:
        try:
            put(Drafts(workspace), seen, f"# {number}\n")
        except RefusalError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        answered = [number for number, won in enumerate(pool.map(attempt, range(8))) if won]
    assert len(answered) == 1
    assert Drafts(workspace).state(ID).files[FILE].endswith(f"# {answered[0]}\n".encode())


def test_saving_writes_the_files_and_keeps_what_stood_there(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    before = drafts.state(ID)
    state = put(drafts, before, "# two\n")
    state = drafts.change(ID, state.version, lambda _: {"tables/more.csv": b"a,b\n"})
    assert not (workspace.folder / ID / "tables").exists()
    saved = drafts.save(ID, state.version, anyway=False)
    assert not saved.unsaved
    assert (workspace.folder / ID / FILE).read_bytes().endswith(b"# two\n")
    assert (workspace.folder / ID / "tables" / "more.csv").read_bytes() == b"a,b\n"
    back = drafts.step(ID, drafts.step(ID, saved.version, -1).version, -1)
    assert back.files == before.files
    assert drafts.save(ID, back.version, anyway=False).files == before.files == files_in(workspace.folder / ID)


def test_what_is_discarded_can_be_brought_back(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    state = put(drafts, drafts.state(ID), "# two\n")
    saved = drafts.discard(ID)
    assert not saved.unsaved
    assert drafts.step(ID, saved.version, -1).files == state.files


def test_another_program_s_change_is_seen_and_never_overwritten_unasked(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    path = workspace.folder / ID / FILE
    text = path.read_bytes()
    path.write_bytes(text + b"# from an editor\n")
    state = drafts.state(ID)
    assert state.files[FILE].endswith(b"# from an editor\n"), "nothing unsaved: the draft follows"
    state = put(drafts, state, "# two\n")
    path.write_bytes(text + b"# from an editor, again\n")
    with refused(409):
        drafts.save(ID, state.version, anyway=False)
    saved = drafts.save(ID, state.version, anyway=True)
    assert path.read_bytes() == text + b"# from an editor\n# two\n"
    assert drafts.step(ID, saved.version, -1).files[FILE] == text + b"# from an editor, again\n"


def test_a_server_killed_while_it_saves_is_finished_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(workspace)
    state = put(drafts, drafts.state(ID), "# two\n")
    state = drafts.change(ID, state.version, lambda files: {"places.csv": files["places.csv"] + b"\n"})
    monkeypatch.setattr(module, "write_files", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        drafts.save(ID, state.version, anyway=False)
    monkeypatch.undo()
    (workspace.folder / ID / FILE).write_bytes(state.files[FILE])  # the first of two files was written
    again = Drafts(workspace)
    assert again.state(ID).files == state.files
    assert put(again, state, "# three\n").unsaved
    assert files_in(workspace.folder / ID) == state.files


def test_a_history_that_cannot_be_read_begins_anew(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    put(drafts, drafts.state(ID), "# two\n")
    head = workspace.draft_folder(ID) / "head.json"
    for broken in (b"", b"{}", b'{"states": [], "at": 0, "saved": "x", "saving": false}'):
        head.write_bytes(broken)
        state = drafts.state(ID)
        assert state.files == files_in(workspace.folder / ID)
    assert put(drafts, state, "# three\n").unsaved


def test_history_and_contents_are_bounded(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STATES", 4)
    drafts = Drafts(workspace)
    state = drafts.state(ID)
    for number in range(30):
        state = put(drafts, state, f"# {number}\n")
    folder = workspace.draft_folder(ID)
    assert len(json.loads((folder / "head.json").read_text())["states"]) == 4
    assert len(list((folder / "states").iterdir())) <= 9
    for _ in range(3):
        state = drafts.step(ID, state.version, -1)
    assert state.files[FILE].endswith(b"# 26\n")


def test_examples_and_runs_stay_as_they_are(workspace: Workspace, tmp_path: Path) -> None:
    drafts = Drafts(workspace)
    shutil.copytree(workspace.folder / ID, tmp_path / "runs" / "a-run" / "scenario")
    for id_ in ("galapagos", "run:a-run"):
        state = drafts.state(id_)
        assert state.readonly
        for step in (
            lambda id_=id_, state=state: drafts.change(id_, state.version, lambda _: {}),
            lambda id_=id_, state=state: drafts.save(id_, state.version, anyway=True),
            lambda id_=id_: drafts.discard(id_),
        ):
            with refused(409):
                step()


def test_sizes_and_numbers_are_limited(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    state = drafts.state(ID)
    with pytest.raises(ScenarioError, match="5 MiB"):
        drafts.change(ID, state.version, lambda _: {FILE: b"#" * (LARGEST_BYTES + 1)})
    with pytest.raises(ScenarioError, match="files"):
        drafts.change(ID, state.version, lambda _: {f"{n}.csv": b"a" for n in range(MOST_FILES)})
    assert drafts.state(ID) == state


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "/x.csv", "a/../../x.csv", ".x.csv", "a/.b/x.csv", "x", "x.exe", "a\\x.csv", "C:x.csv", "", "a\0.csv",
     "a//x.csv", "a/b/c/d.csv", "x" * 200 + ".csv", "\u202ex.csv"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with refused(400):
        checked_name(name)


def test_links_that_lead_out_are_neither_read_nor_written(workspace: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("secret")
    (workspace.folder / ID / "link.csv").symlink_to(outside / "secret.csv")
    (workspace.folder / ID / "tables").symlink_to(outside)
    (workspace.folder / "linked").symlink_to(write_scenario(tmp_path.parent / f"{tmp_path.name}-elsewhere"))
    drafts = Drafts(workspace)
    state = drafts.state(ID)
    assert "link.csv" not in state.files
    assert "linked" not in workspace.ids()
    for name in ("link.csv", "tables/x.csv"):
        with refused(409):
            drafts.change(ID, state.version, lambda _, name=name: {name: b"mine"})
    changed = drafts.change(ID, state.version, lambda _: {"later.csv": b"mine"})
    (workspace.folder / ID / "later.csv").symlink_to(outside / "secret.csv")
    with refused(409):
        drafts.save(ID, changed.version, anyway=True)
    assert drafts.state(ID).files == changed.files
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]
    assert (outside / "secret.csv").read_text() == "secret"


def test_a_file_is_no_folder(workspace: Workspace) -> None:
    drafts = Drafts(workspace)
    (workspace.folder / ID / "folder.csv").mkdir()
    version = drafts.state(ID).version
    for names in (["platforms.csv/x.csv"], ["folder.csv"], ["new.csv", "new.csv/x.csv"]):
        with refused(409):
            drafts.change(ID, version, lambda _, names=names: dict.fromkeys(names, b"a"))


def test_a_version_is_that_of_names_and_contents() -> None:
    assert version_of({"a": b"1", "b": b"2"}) == version_of({"b": b"2", "a": b"1"})
    assert version_of({"a": b"1"}) != version_of({"b": b"1"})
    assert version_of({"a": b"1"}) != version_of({"a": b"2"})
