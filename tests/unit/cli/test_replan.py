"""fleetcraft replan and fleetcraft runs history, as a user calls them: a chain of two re-plans that can be audited."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from builders import write_scenario
from calling import Called, call
from fleetcraft.errors import ScenarioError
from fleetcraft.report.html import render  # noqa: F401 - loaded once, before the folders change
from fleetcraft.report.replan_words import in_short, sentences
from fleetcraft.scenario.actuals_file import read_actuals
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.replan.chain import Chain, require_link

SMALL = ("--replications", 10, "--futures", 4, "--threads", 1)
FIRST = "orders:\n  - {platform: drone, ordered: 2026-01-10, quantity: 3}\n"
NOTE = "note: made up for a test\n"
SECOND = NOTE + FIRST + "announced:\n  - {supplier: Dronemaker, slip_months: 6}\n"


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def write(path: Path, today: str, text: str, follows: str | None = None) -> Path:
    link = f"follows: {follows}\n" if follows else ""
    path.write_text(f"fleetcraft: 1\ntoday: {today}\n{link}{text}")
    return path


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan, and two re-plans of it, the second after the first."""
    root = tmp_path_factory.mktemp("chain")
    write_scenario(root / "tiny", budget={"obligation": {2026: 30e6}})
    made = [call("plan", root / "tiny", "--out", root / "plan", "--quiet", *SMALL)]
    one = write(root / "one.yaml", "2026-05-01", FIRST)
    made.append(replan(root, one, "plan", "first", "--quiet"))
    two = write(root / "two.yaml", "2026-08-01", SECOND, digest(one))
    made.append(replan(root, two, "first", "second", "--quiet"))
    assert [called.status for called in made] == [0, 0, 0], [called.err for called in made]
    return root


@pytest.fixture
def copy(chain: Path, tmp_path: Path) -> Path:
    """The same, to be tampered with."""
    shutil.copytree(chain, tmp_path / "copy")
    return tmp_path / "copy"


def replan(root: Path, actuals: Path, after: str, out: str, *flags: object) -> Called:
    return call(
        "replan", root / "tiny", "--actuals", actuals, "--after", root / after, "--out", root / out, *SMALL, *flags
    )


def test_the_run_holds_what_it_was_made_from(chain: Path) -> None:
    result = json.loads((chain / "second" / "result.json").read_text())
    told = result["replan"]
    assert told["actuals"] == digest(chain / "two.yaml")
    assert told["follows"] == digest(chain / "one.yaml") == digest(chain / "second/history/001-actuals.yaml")
    assert [link["today"] for link in told["chain"]] == ["2026-05-01", "2026-08-01"]
    carried = [link["after"] for link in told["chain"]]
    for link, run in zip(carried, ("plan", "first"), strict=True):
        for key, name in (("plan", "plan.json"), ("result", "result.json"), ("manifest", "manifest.json")):
            assert link[key] == digest(chain / run / name)
    assert {"changed", "why", "forecast"} <= told.keys()
    assert call("runs", "verify", chain / "second").status == 0


def test_the_report_tells_what_changed_and_why(chain: Path) -> None:
    page = (chain / "second" / "report.html").read_text()
    for words in (
        "made up for a test",
        "What changed, and why",
        "Dronemaker delivers 6 months late",
        "What to expect by the deadline",
    ):
        assert words in page
    first = in_short(json.loads((chain / "second" / "result.json").read_text())["replan"])
    assert page.index("What changed, and why</h2>") < page.index(first) < page.index("made up for a test")
    assert (chain / "second" / "figures" / "forecast.svg").is_file()
    assert page.index("What changed, and why") < page.index("What to expect") < page.index("The chain of decisions")


def test_json_has_the_keys_of_a_plan_and_its_own(chain: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("replan", chain / "tiny", "--actuals", chain / "two.yaml", "--after", chain / "first", *SMALL)
    said = call(*words, "--json")
    stored = json.loads((chain / "second" / "result.json").read_text())
    assert said.json.keys() == stored.keys() | {"replan"}
    same = {key for key in stored if key not in ("run", "seconds")}
    assert {key: said.json[key] for key in same} == {key: stored[key] for key in same}
    again = call(*words)
    assert "found again in" in again.err
    assert "- Dronemaker delivers 6 months late" in again.out
    assert again.out.index("as decided now.") < again.out.index("- Dronemaker") < again.out.index("What to buy")
    assert max(map(len, again.out.splitlines())) <= 100


# The chain


def test_a_chain_that_holds_is_shown(chain: Path) -> None:
    shown = call("runs", "history", chain / "second", "--before", chain / "first", "--before", chain / "plan")
    assert (shown.status, shown.err) == (0, "")
    first, second, last = shown.out.splitlines()
    assert first.startswith(f"1  2026-05-01  actuals {digest(chain / 'one.yaml')[:12]}  after plan plan")
    assert second.startswith("2  2026-08-01")
    assert last == "every link holds"


@pytest.mark.parametrize("name", ["history/001-actuals.yaml", "history/002-actuals.yaml", "plan.json"])
def test_a_changed_file_is_found(copy: Path, name: str) -> None:
    file = copy / "second" / name
    file.write_text(file.read_text() + "\n")
    shown = call("runs", "history", copy / "second")
    assert shown.status == 2
    assert f"{name}: changed after the run" in shown.err
    assert "every link holds" not in shown.out


def forge(run: Path, links: list[dict[str, object]]) -> None:
    """Put other links into a run, with all checksums mended."""
    (run / "history/chain.json").write_text(json.dumps({"links": links}))
    manifest = json.loads((run / "manifest.json").read_text())
    kept = [name for name in manifest["files"] if (run / name).exists()]
    manifest["files"] = {name: digest(run / name) for name in kept}
    (run / "manifest.json").write_text(json.dumps(manifest))


def links_in(run: Path) -> list[dict[str, object]]:
    links: list[dict[str, object]] = json.loads((run / "history/chain.json").read_text())["links"]
    return links


def test_a_file_changed_with_its_checksum_still_breaks_the_chain(copy: Path) -> None:
    """Whoever also mends the manifest is found by the hash in the link of the file that follows."""
    run = copy / "second"
    file = run / "history/001-actuals.yaml"
    file.write_text(file.read_text().replace("quantity: 3", "quantity: 2"))
    first, second = links_in(run)
    forge(run, [first | {"actuals": digest(file)}, second])
    shown = call("runs", "history", run, "--json")
    assert shown.status == 2
    (fault,) = shown.json["faults"]
    assert (
        fault == f"002-actuals.yaml: follows {digest(copy / 'one.yaml')}, expected the file before it, {digest(file)}"
    )


def test_whoever_mends_the_links_too_is_found_by_what_the_files_say(copy: Path) -> None:
    run = copy / "second"
    file = run / "history/001-actuals.yaml"
    file.write_text(file.read_text().replace("quantity: 3", "quantity: 2"))
    first, second = links_in(run)
    forge(run, [first | {"actuals": digest(file)}, second | {"follows": digest(file)}])
    shown = call("runs", "history", run, "--json")
    assert shown.status == 2
    assert shown.json["faults"] == [
        f"002-actuals.yaml: follows is {digest(copy / 'one.yaml')}, its link says {digest(file)}"
    ]
    three = write(copy / "three.yaml", "2026-09-01", SECOND, digest(copy / "two.yaml"))
    assert "its link says" in replan(copy, three, "second", "third").err


def test_a_day_that_a_link_misstates_is_found(copy: Path) -> None:
    first, second = links_in(copy / "second")
    forge(copy / "second", [first | {"today": "2026-02-01"}, second])
    shown = call("runs", "history", copy / "second", "--json")
    assert shown.json["faults"] == ["001-actuals.yaml: today is 2026-05-01, its link says 2026-02-01"]


def test_a_chain_without_its_beginning_does_not_hold(copy: Path) -> None:
    """The first file and its link are gone, and every checksum is mended."""
    run = copy / "second"
    (run / "history/002-actuals.yaml").replace(run / "history/001-actuals.yaml")
    forge(run, links_in(run)[1:])
    shown = call("runs", "history", run, "--json")
    assert shown.status == 2
    assert shown.json["faults"] == [f"001-actuals.yaml: follows {digest(copy / 'one.yaml')}, which is not at hand"]


def test_a_chain_whose_beginning_is_not_at_hand_can_be_gone_on_with(copy: Path) -> None:
    """A re-plan without --after of a file that follows another: it is told, and the next one may follow."""
    two = copy / "two.yaml"
    alone = call("replan", copy / "tiny", "--actuals", two, "--out", copy / "alone", *SMALL, "--quiet")
    assert alone.status == 0
    shown = call("runs", "history", copy / "alone")
    assert (shown.status, "which is not at hand" in shown.err) == (2, True)
    three = write(copy / "three.yaml", "2026-09-01", SECOND, digest(two))
    assert replan(copy, three, "alone", "third", "--quiet").status == 0


def test_another_run_than_the_one_carried_out_is_found(copy: Path) -> None:
    (copy / "first" / "report.html").write_text("else")
    manifest = json.loads((copy / "first" / "manifest.json").read_text())
    manifest["files"]["report.html"] = digest(copy / "first" / "report.html")
    (copy / "first" / "manifest.json").write_text(json.dumps(manifest))
    shown = call("runs", "history", copy / "second", "--before", copy / "first")
    assert shown.status == 2
    assert f"{copy / 'first'}: manifest is {digest(copy / 'first' / 'manifest.json')}, the chain says" in shown.err


@pytest.mark.parametrize(
    ("text", "follows", "fault"),
    [
        (SECOND, None, "follows: found nothing, expected {one}, the file before it"),
        (SECOND, "a" * 64, "follows: found " + "a" * 64 + ", expected {one}, the file before it"),
        ("", "{one}", "orders: found 3 drone of 2026-01-10 missing, expected all that the file before it states"),
        (SECOND + "plan: " + "b" * 64 + "\n", "{one}", "plan: found " + "b" * 64 + ", expected {plan}, that of"),
    ],
    ids=["nothing", "another", "forgotten", "another plan"],
)
def test_what_does_not_follow_is_refused(copy: Path, text: str, follows: str | None, fault: str) -> None:
    names = {"one": digest(copy / "one.yaml"), "plan": digest(copy / "first" / "plan.json")}
    file = write(copy / "three.yaml", "2026-08-01", text, follows.format(**names) if follows else None)
    refused = replan(copy, file, "first", "third")
    assert refused.status == 2
    assert f"{file}:0: {fault.format(**names)}" in refused.err
    assert not (copy / "third").exists()


WHOLE = (
    "orders:\n  - {platform: drone, ordered: 2026-01-10, quantity: 3, cost: 9e6}\n"
    "deliveries:\n  - {platform: drone, date: 2026-04-02, quantity: 1}\n"
    "integrated: {drone: 2026-04-10}\n"
    "spent: {2026: {obligation: 9e6, outlay: 1e6}}\n"
    "embargoes: {US: 2026-04-20}\n"
    "gateways:\n  - {join: [open, open], ordered: 2026-03-01}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("cost: 9e6", "cost: 8e6", "contracts: found 3 drone of 2026-01-10 at 9000000 missing"),
        ("integrated: {drone: 2026-04-10}\n", "", "integrated: found drone on 2026-04-10 missing"),
        ("ordered: 2026-03-01}", "ordered: 2026-03-02}", "gateways: found open and open of 2026-03-01 missing"),
        ("outlay: 1e6", "outlay: null", "spent: found outlay of 2026 missing"),
        ("2026-04-02, quantity: 1", "2026-04-03, quantity: 1", "deliveries: found 1 drone of 2026-04-02 missing"),
        ("outlay: 1e6", "outlay: 2e6", None),
        ("embargoes: {US: 2026-04-20}\n", "", None),
    ],
    ids=["contract", "integration", "gateway", "money", "delivery", "money corrected", "embargo lifted"],
)
def test_what_a_later_file_may_not_leave_out(copy: Path, old: str, new: str, fault: str | None) -> None:
    drone = read_scenario(copy / "tiny")
    one = read_actuals(write(copy / "whole.yaml", "2026-05-01", WHOLE), drone)
    assert old in WHOLE
    file = read_actuals(write(copy / "next.yaml", "2026-05-01", WHOLE.replace(old, new), one.sha256), drone)
    chain = Chain().and_then(one, None)
    if fault is None:
        require_link("next.yaml", file, chain, one.actuals, copy / "first")
    else:
        with pytest.raises(ScenarioError) as refused:
            require_link("next.yaml", file, chain, one.actuals, copy / "first")
        assert [str(each) for each in refused.value.faults] == [
            f"next.yaml:0: {fault}, expected all that the file before it states"
        ]


def test_history_does_not_run_backwards(copy: Path) -> None:
    file = write(copy / "three.yaml", "2026-04-01", SECOND, digest(copy / "one.yaml"))
    refused = replan(copy, file, "first", "third")
    assert (refused.status, "today: found 2026-04-01, expected 2026-05-01 or later" in refused.err) == (2, True)


def test_a_first_file_follows_nothing(copy: Path) -> None:
    file = write(copy / "three.yaml", "2026-08-01", SECOND, "a" * 64)
    refused = replan(copy, file, "plan", "third")
    assert (refused.status, "expected nothing: no actuals file comes before it" in refused.err) == (2, True)


def test_only_a_plan_can_be_carried_out(copy: Path) -> None:
    told = call("simulate", copy / "tiny", "--plan", copy / "plan" / "plan.json", "--out", copy / "s", *SMALL[:2])
    assert told.status == 0
    refused = replan(copy, copy / "one.yaml", "s", "third")
    assert refused.status == 2
    assert "found a run of simulate, expected one of plan or replan" in refused.err


def test_a_broken_chain_is_not_gone_on_with(copy: Path) -> None:
    file = copy / "second" / "history/001-actuals.yaml"
    file.write_text(file.read_text() + "\n")
    three = write(copy / "three.yaml", "2026-09-01", SECOND, digest(copy / "two.yaml"))
    refused = replan(copy, three, "second", "third")
    assert (refused.status, "001-actuals.yaml" in refused.err) == (2, True)


def test_a_plan_for_another_scenario_is_told(copy: Path) -> None:
    statement = copy / "tiny" / "scenario.yaml"
    statement.write_text(statement.read_text().replace("name: Tiny", "name: Small"))
    told = replan(copy, copy / "one.yaml", "plan", "third", "--json")
    assert any("its plan was made for another scenario" in warning for warning in told.json["warnings"])
    first = told.json["replan"]["why"][0]
    assert (first["fact"], first["difference"], first["acquisition"]) == ("scenario", 0.0, 0.0)
    assert "The scenario was changed since the plan before was made: attainment stays" in sentences(told.json)[0]


def test_what_another_case_does_is_told_of_the_case_not_of_the_decision(tmp_path: Path) -> None:
    """With craft that fail every ten hours the plan before attains less, whatever is decided."""
    write_scenario(
        tmp_path / "tiny",
        budget={"obligation": {2026: 30e6}},
        cases={"frail": {"platforms.drone.mtbf_h": 10}},
    )
    assert call("plan", tmp_path / "tiny", "--out", tmp_path / "plan", "--quiet", *SMALL).status == 0
    one = write(tmp_path / "one.yaml", "2026-05-01", FIRST)
    told = replan(tmp_path, one, "plan", "first", "--json", "--case", "frail").json
    by_fact = {entry["fact"]: entry for entry in told["replan"]["why"]}
    assert next(iter(by_fact)) == "scenario"
    assert by_fact["scenario"]["happened"] == {"case": {"before": None, "now": "frail"}}
    believed = json.loads((tmp_path / "plan" / "result.json").read_text())["attainment"]["simulated"]
    assert told["replan"]["attainment"]["before"]["mean"] == pytest.approx(believed)
    assert by_fact["scenario"]["difference"] == pytest.approx(by_fact["scenario"]["attainment"] - believed)
    assert by_fact["scenario"]["difference"] < -0.05
    assert by_fact["decision"]["difference"] > by_fact["scenario"]["difference"]
    assert sentences(told)[0].startswith("The plan before was made for the scenario as stated, this is the case frail:")
    assert "The scenario, changed since" in (tmp_path / "first" / "report.html").read_text()


def test_a_run_without_a_chain_has_no_history(chain: Path) -> None:
    told = call("runs", "history", chain / "plan")
    assert told.status == 2
    assert told.err == f"{chain / 'plan'}: found a run of plan, expected one of replan: no other has a chain\n"


def test_a_wrong_file_is_told_before_any_work(copy: Path) -> None:
    file = write(copy / "bad.yaml", "2026-08-01", "orders:\n  - {platform: x, ordered: 2026-01-10, quantity: 0}\n")
    told = call("replan", copy / "tiny", "--actuals", file, *SMALL)
    assert told.status == 2
    assert told.err.splitlines() == [
        f"{file}:4: platform of order 1: found x, expected drone",
        f"{file}:4: quantity of order 1: found 0, expected a whole number from 1 to 100000 [craft]",
    ]
