"""The answer, told: tables, figures, map and one HTML page from a stored run, and the playback of a traced one."""

from fleetcraft.report.playback import positions_at
from fleetcraft.report.run import Run, read_run
from fleetcraft.report.write import report_files, write_report

__all__ = ["Run", "positions_at", "read_run", "report_files", "write_report"]
