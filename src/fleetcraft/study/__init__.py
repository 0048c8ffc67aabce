"""Questions asked of plan and simulation together: calibrate, judge, keep the books, store the run."""
