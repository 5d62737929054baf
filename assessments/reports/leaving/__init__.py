"""What a clinic or a person can take along and have erased.

`erasable` says what goes, what stays and why, for pages and the command alike; `erasing_views` are the pages on which
a lead erases an assessment or a clinic. `own_data` is what is kept of a person, row by row in `kept_rows`, and
`own_data_views` are its page, its file and closing the account, from which `closing_account` says what keeps somebody.
`asked_again` asks who it is before anything is erased.

A whole clinic leaves as one file. `parts` says once what it holds: each part with the columns that travel, the rules
that they keep, and the columns that stay, with the reason. `export_clinic` fills the parts from the database, for
the page of `clinic_views` and a command; `import_clinic` brings them into another installation, after `checks` and
`check_rounds` have held them against the questionnaire.
"""
