"""What a clinic or a person can take along and have erased.

`erasable` says what goes, what stays and why, for pages and the command alike; `erasing_views` are the pages on which
a lead erases an assessment or a clinic.
"""
