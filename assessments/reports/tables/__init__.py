"""Tables for whoever works with the figures: CSV files, and the codebook that says what their columns mean.

`csv_text` is the only writer of CSV and knows what a spreadsheet takes for a formula. `columns` says what a column is,
`answers` lays out the clinic form with one row per question, `wide` one row per assessment, `scores` one row per
figure; `codebook` describes the columns of all three.
"""
