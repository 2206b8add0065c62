"""What the facts of `lessons.facts` run, by subject. Each function is one look at a real server."""
