"""What stands in the board report, in which words and order, before anybody has set it as PDF or Word.

- `blocks`: what it consists of.
- `front`: what stands alone: flags, the topics, strengths, first steps.
- `topics` and `options`: a section for each topic. `team`: what the team says, and different views.
- `after`: plan, change, things to find out, figures. `ending`: how scores are made, limits, sources.
"""
