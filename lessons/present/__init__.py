"""Lessons for a room: a lesson, a race or an experiment as scenes, run the same way each time."""
