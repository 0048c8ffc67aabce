"""Makes the frontier that an example is shipped with from a stored run of ``fleetcraft frontier``.

    .venv/bin/fleetcraft frontier japan-2026 --budgets 20e9,40e9,60e9 --out RUN
    .venv/bin/python tools/make_frontiers.py japan-2026 RUN

The run must answer the example as it stands now: another hash is refused, for its points would not be those of the
scenario. So is one of other options than those that ``fleetcraft frontier`` has by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fleetcraft.report.frontier_runs import frontier_run, usual_work
from fleetcraft.report.shipped import pack_frontier
from fleetcraft.scenario.examples import FRONTIER, example_folder
from fleetcraft.scenario.read import read_scenario


def main(name: str, folder: Path) -> None:
    """Pack the run into the example's folder."""
    scenario, run = read_scenario(name), frontier_run(folder.name, folder)
    if run.scenario_hash != scenario.hash:
        sys.exit(f"{folder}: answers another scenario ({run.scenario_hash[:8]}) than {name} ({scenario.hash[:8]})")
    if run.work != usual_work(scenario):
        sys.exit(f"{folder}: was made with {run.work}, expected {usual_work(scenario)}")
    target = example_folder(name) / FRONTIER
    pack_frontier(folder, target)
    sys.stdout.write(f"{target.name} of {name}: {len(run.points)} points, {target.stat().st_size / 1024:.0f} kB\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
