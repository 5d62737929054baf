"""A small, sound questionnaire as text: two domains, three items, one fact, two sources."""

from __future__ import annotations

from typing import Final

QUESTIONNAIRE: Final = """
key = "small"
version = 1
title = "Small"
evidence = 1

[[scales]]
key = "true-now"
low = 1
high = 3
labels = { 1 = "No", 2 = "Partly", 3 = "Yes" }

[[scales]]
key = "confidence"
low = 0
high = 10
labels = { 0 = "Cannot", 10 = "Certain" }

[[takeaways]]
key = 1
title = "One"

[[cfir]]
key = "process"
title = "Process"

[[domains]]
key = "daily"
title = "Daily"
name = "Daily work"
takeaway = 1
about = "About daily work."

[[domains]]
key = "sure"
title = "Sure"
name = "Confidence"
takeaway = 1
about = "About confidence."

[[items]]
key = "workload"
domain = "daily"
determinant = "workload"
short = "Workload"
critical = true
safety = true
quick = true
find_out = "team"
wording = { both = "There is room in the workload." }

[[items]]
key = "flow"
domain = "daily"
determinant = "workload"
short = "Flow"
live = true
route = "gp"
find_out = "gps"
wording = { manager = "Patients come to us.", therapist = "Patients come to me." }

[[items]]
key = "can-write"
domain = "sure"
determinant = "writing"
scale = "confidence"
short = "Writing"
wording = { therapist = "I can write to a patient." }

[[facts]]
key = "hours"
domain = "daily"
text = "How many hours?"
unit = "hours"
"""

EVIDENCE: Final = """
[[sources]]
key = "study-a"
citation = "A (2019)."
url = "https://example.org/a"
read = "All of it."

[[sources]]
key = "study-b"
citation = "B (2018)."
read = "The abstract."

[[determinants]]
key = "workload"
name = "Workload"
cfir = "process"
sources = { study-a = "finding-a", study-b = "secondary" }
why = "Staff said so."

[[determinants]]
key = "writing"
name = "Writing"
cfir = "process"
sources = { study-b = "wider" }
why = "Others wrote so."
"""

HEAD: Final = """
key = "small"
version = 1
title = "Small"
scales = []
domains = []
facts = []
takeaways = []
cfir = []
"""
