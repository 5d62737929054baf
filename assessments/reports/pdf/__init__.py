"""Files on paper: PDF, set by typst in a process of its own.

- `report` says what stands in the board report, from `summary`, `topics` and `rest`; `templates/` says how it looks.
- `setting` has a document set: it starts `child`, the process that knows typst and nothing else.
- `glyphs` knows which characters the fonts can show.
"""
