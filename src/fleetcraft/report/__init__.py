"""The answer, told: tables, figures, map and one HTML page from a stored run."""

from fleetcraft.report.run import Run, read_run
from fleetcraft.report.write import report_files, write_report

__all__ = ["Run", "read_run", "report_files", "write_report"]
