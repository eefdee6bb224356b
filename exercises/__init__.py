"""The stubs that students edit; generated from `solutions`."""
