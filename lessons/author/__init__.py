"""For instructors: a folder of lessons, scene lists and question banks outside the repository."""
