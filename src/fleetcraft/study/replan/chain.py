"""A chain of re-plans: actuals files that follow each other by SHA-256, and the runs whose plans were carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fleetcraft.errors import Fault, RunError, ScenarioError
from fleetcraft.scenario.actuals import Actuals
from fleetcraft.scenario.actuals_file import ActualsFile, read_actuals
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.wording import amount
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.study.store.folder import MANIFEST, checksum, read_manifest, read_object, write_json
from fleetcraft.study.store.verify import faults_of_run

Json = dict[str, Any]

HISTORY = "history"
LINKS = "chain.json"
PLANNED = ("plan", "replan")
"""Verbs whose runs hold a plan that can be carried out."""


@dataclass(frozen=True)
class Chain:
    """The links so far, oldest first, and the actuals file of each, by its name in the run.

    A link has the day ``today``, the SHA-256 of its ``actuals`` and of the file it ``follows``; ``after`` is the
    run whose plan was being carried out: its verb, and the SHA-256 of its plan, result and manifest (None: not named).
    """

    links: tuple[Json, ...] = ()
    files: tuple[bytes, ...] = ()

    def and_then(self, file: ActualsFile, after: Path | None) -> Chain:
        """The chain with one link more."""
        link = {
            "today": file.actuals.today.isoformat(),
            "actuals": file.sha256,
            "follows": file.follows,
            "after": None if after is None else _hashes(after),
        }
        return Chain((*self.links, link), (*self.files, file.content))

    def write(self, run: Path) -> None:
        """Put the files and their links into the folder of a run."""
        (run / HISTORY).mkdir()
        for number, content in enumerate(self.files, 1):
            (run / HISTORY / _name(number)).write_bytes(content)
        write_json(run / HISTORY / LINKS, {"links": list(self.links)})


def _name(number: int) -> str:
    return f"{number:03d}-actuals.yaml"


def _hashes(run: Path) -> Json:
    manifest = read_manifest(run)
    names = {"plan": "plan.json", "result": "result.json", "manifest": MANIFEST}
    hashes = {key: checksum(run / name) for key, name in names.items()}
    return {"run": run.name, "verb": manifest["verb"], "identity": manifest["identity"], **hashes}


def chain_of(run: Path) -> Chain:
    """The chain that a run of plan (none) or of replan ends.

    Raises RunError unless it is a whole run of either, with the files of its chain as they were.
    """
    verb = read_manifest(run).get("verb")
    if verb not in PLANNED:
        raise RunError(f"{run}: found a run of {verb}, expected one of plan or replan, whose plan can be carried out")
    if verb == "plan":
        return Chain()
    broken = [*faults_of_run(run), *_broken_links(run)]
    if broken:
        raise RunError("\n".join(f"{run / HISTORY}: {fault}" for fault in broken))
    links = links_of(run)
    return Chain(tuple(links), tuple((run / HISTORY / _name(n)).read_bytes() for n in range(1, len(links) + 1)))


def links_of(run: Path) -> list[Json]:
    """The links of the chain that a replan's run ends, oldest first.

    Raises RunError where there is none.
    """
    try:
        verb = read_object(run / MANIFEST).get("verb")
        links = read_object(run / HISTORY / LINKS).get("links") if verb == "replan" else None
    except (OSError, ValueError) as error:
        raise RunError(f"{run}: found {error}, expected a run of replan with the links of a chain") from error
    if verb != "replan":
        raise RunError(f"{run}: found a run of {verb}, expected one of replan: no other has a chain")
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        raise RunError(f"{run / HISTORY / LINKS}: found no list of links, expected the links of a chain")
    return links


def faults_of_chain(run: Path) -> list[str]:
    """What is broken in the chain of a replan's run, as ``file: what``; nothing where every link holds.

    The run's own files; each actuals file against the SHA-256 in its link; what the file itself says of its day, the
    file that it follows and the plan; and whether the chain begins where the first file says that one begins. Raises
    RunError where there is no chain to look at.
    """
    first = links_of(run)[:1]
    begins = [f"{_name(1)}: follows {link['follows']}, which is not at hand" for link in first if link.get("follows")]
    return [*faults_of_run(run), *_broken_links(run), *begins]


def _broken_links(run: Path) -> list[str]:
    """The links that do not hold together, whatever the first file follows."""
    faults = []
    before = None
    for number, link in enumerate(links_of(run), 1):
        name = _name(number)
        path = run / HISTORY / name
        if not path.is_file():
            faults.append(f"{name}: found nothing, expected the file of SHA-256 {link.get('actuals')}")
            before = None
            continue
        content = path.read_bytes()
        found = sha256(content).hexdigest()
        if found != link.get("actuals"):
            faults.append(f"{name}: found {found}, expected the file of SHA-256 {link.get('actuals')}")
        faults += [f"{name}: {fault}" for fault in _unlike(content, name, link)]
        if number > 1 and link.get("follows") != before:
            faults.append(f"{name}: follows {link.get('follows')}, expected the file before it, {before}")
        before = found
    return faults


def _unlike(content: bytes, name: str, link: Json) -> Iterator[str]:
    """Where an actuals file says something else of itself than its link."""
    root = read_yaml(content.decode("utf-8", errors="replace"), name).root
    after = link.get("after")
    expected = {"today": link.get("today"), "follows": link.get("follows")}
    if after is not None and _scalar(root, "plan") is not None:
        expected["plan"] = after.get("plan")
    for key, stated in expected.items():
        found = _scalar(root, key)
        if found != stated:
            yield f"{key} is {found or 'nothing'}, its link says {stated or 'nothing'}"


def _scalar(root: Node, key: str) -> str | None:
    node = root.get(key)
    return None if node is None or node.value is None else str(node.value)


def run_before(run: Path, links: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a run that was carried out, by the hashes of the links; nothing where one of them is its own.

    Raises RunError unless it is a whole run.
    """
    found = _hashes(run)
    known = [link["after"] for link in links if link.get("after")]
    if any(all(said.get(key) == found[key] for key in ("plan", "result", "manifest")) for said in known):
        return []
    named = [said for said in known if said.get("identity") == found["identity"]]
    if not named:
        return [f"{run}: no link of the chain names this run"]
    return [
        f"{run}: {key} is {found[key]}, the chain says {named[0].get(key)}"
        for key in ("plan", "result", "manifest")
        if named[0].get(key) != found[key]
    ]


def last_actuals(chain: Chain, run: Path, scenario: Scenario) -> Actuals | None:
    """The facts that a run's plan was made on; None of a plan made on none."""
    if not chain.links:
        return None
    return read_actuals(run / HISTORY / _name(len(chain.links)), scenario).actuals


def made_for_another(run: Path, scenario: Scenario) -> list[str]:
    """What to say where a run's plan was made for another scenario than the one that is re-planned."""
    found = str(read_manifest(run)["scenario"]["hash"])
    if found == scenario.hash:
        return []
    return [f"{run}: its plan was made for another scenario ({found[:8]}), not for this one ({scenario.hash[:8]})"]


def require_link(name: str, file: ActualsFile, chain: Chain, earlier: Actuals | None, after: Path) -> None:
    """Raises ScenarioError where a file does not follow the last one of a chain, or another plan was carried out.

    It names the file before it (none where there is none), does not lie before it, and restates what had happened by
    then: orders, deliveries and losses craft by craft, contracts, integrations, gateways and the years of which money
    was told. How much money that is may be corrected; announcements, rates and embargoes may change or end.
    """
    faults = []
    last = chain.links[-1]["actuals"] if chain.links else None
    if file.follows != last:
        expected = f"{last}, the file before it" if last else "nothing: no actuals file comes before it"
        faults.append(Fault(name, 0, "follows", file.follows or "nothing", expected))
    plan = checksum(after / "plan.json")
    if file.plan not in (None, plan):
        faults.append(Fault(name, 0, "plan", str(file.plan), f"{plan}, that of {after / 'plan.json'}"))
    if earlier is not None:
        faults.extend(_forgotten(name, earlier, file.actuals))
    if faults:
        raise ScenarioError(faults)


def _forgotten(name: str, earlier: Actuals, now: Actuals) -> list[Fault]:
    """What an earlier file stated and a later one does not: history is added to, never taken from."""
    faults = []
    if now.today < earlier.today:
        faults.append(Fault(name, 0, "today", str(now.today), f"{earlier.today} or later, the day of the file before"))
    for kind in ("orders", "deliveries", "lost"):
        missing = _craft(getattr(earlier, kind)) - _craft(getattr(now, kind))
        faults += [_missing(name, kind, f"{n} {platform} of {day}") for (platform, day), n in sorted(missing.items())]
    for kind in ("integrated", "contracts", "gateways", "spent"):
        faults += [_missing(name, kind, each) for each in sorted(_told(earlier, kind) - _told(now, kind))]
    return faults


def _missing(name: str, kind: str, what: str) -> Fault:
    return Fault(name, 0, kind, f"{what} missing", "all that the file before it states")


def _told(actuals: Actuals, kind: str) -> frozenset[str]:
    """What was told once for all of a kind, each in words of its own."""
    if kind == "contracts":
        contracts = [order for order in actuals.orders if order.cost is not None]
        return frozenset(f"{o.quantity} {o.platform} of {o.ordered} at {amount(o.cost or 0.0)}" for o in contracts)
    if kind == "integrated":
        return frozenset(f"{platform} on {day}" for platform, day in actuals.integrated.items())
    if kind == "gateways":
        return frozenset(f"{' and '.join(each.join)} of {each.ordered}" for each in actuals.gateways)
    return frozenset(
        f"{what} of {year}"
        for year, spent in actuals.spent.items()
        for what in ("obligation", "outlay")
        if getattr(spent, what) is not None
    )


def _craft(rows: Sequence[Any]) -> Counter[tuple[str, str]]:
    """Craft by platform and day."""
    count: Counter[tuple[str, str]] = Counter()
    for row in rows:
        count[row.platform, str(getattr(row, "ordered", None) or row.date)] += row.quantity
    return count
