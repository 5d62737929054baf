"""The board report for Word: a document that a manager edits, with real headings, lists and tables.

- `document` makes the file: properties, page, foot, and `styles.xml` and `numbering.xml`, which hold all its looks.
- `writing` sets the blocks of the report, `tables` those that are tables, `elements` and `runs` write what Word reads.
"""
