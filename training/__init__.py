"""How weights are found and kept: the fit, its callbacks, losses, the export, the folder of a run."""
