"""The questionnaire in the formats of other tools, for whoever wants to ask it elsewhere.

`clinic_form` lays the clinic form out once, as rows; `fhir`, `xlsform`, `redcap` and `limesurvey` each write these rows
in one format, `paper` has them set to be filled in by hand, and `response` writes a finished assessment's answers to
the FHIR one. `kinds` lists the files, `views` gives them. Nothing here reads the database, and the therapists' form is
not offered: what makes it confidential stays here.
"""
