"""The stationarity equation of a risk, where no one formula solves it: closed forms and solvers."""
