"""Audits: the same reads asked again and again, what they answered, and what that shows together.

A *set* names calls, in groups with control calls beside them. A *sweep* asks all of a set once with one account; what
came of it is a *run*, which is stored. Runs with one timetable are a *series*. Nothing here can send a write:
`read_only.py`.
"""
