"""What a clinic does about its results, and what came of it: the plan, the team meeting, the change over time.

What there is and who may see it: `models`, `querysets`, `policies`. Who writes: `actions`.
"""
