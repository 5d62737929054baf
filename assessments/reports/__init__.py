"""Files that leave, and the API: what is on the screen, in the format that its reader already uses.

`report` reads a finished assessment once, as one value; whatever leaves is written from it, so that every file says
the same as the page. `values` is that value in plain JSON; `report_text` is the board report in words, whose
parts stand in `board`.

- Which files there are, and their pages: `files`, `views`; by `slots` and `turns` two heavy ones are made at a time.
  What codes mean in all of them: `codes`, `missing`.
- A finished assessment: `pdf` and `word` set the board report, `sheets` are workbooks (of a network's comparison too),
  `tables` CSV.
- The questionnaire in other tools' formats: `forms`. A person's own data and whole clinics, out, in and erased:
  `leaving`. Programs: `api`.
"""
