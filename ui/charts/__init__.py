"""Pictures as data: a value of `lessons.pictures` in, plain JSON out. The `.js` file beside each draws it.

Nothing here knows Streamlit, so every picture can be tested without a page.
"""
