"""The mock interview: design tasks, the ladder of follow-ups, and what was said, predicted and demonstrated.

The tasks are data (`prompts/*.toml`, read by `reading`). Nothing here runs anything: a claim names a race or
an experiment, and the page finds and runs it.
"""
