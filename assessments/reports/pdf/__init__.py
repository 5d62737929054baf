"""Files on paper: PDF, set by typst in a process of its own.

- `report` hands the words of the board report to a template; `templates/` says how they look on paper.
- `setting` has a document set: it starts `child`, the process that knows typst and nothing else.
- `glyphs` knows which characters the fonts can show.
"""
