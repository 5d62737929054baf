"""Workbooks: an assessment, and the comparison of a network, for whoever works with figures.

`sheet` says what a sheet is, each column with what it means, and `book` writes sheets into a file; neither knows what
stands there. `clinic` is the workbook of an assessment, whose sheets stand in `topics` (with their formulas), `parts`
and `summary`; `network` is that of a network, read in chunks by `network_reading`. `codebook` explains both.
"""
