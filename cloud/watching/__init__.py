"""A screen in the browser: what a screen plays, step by step, for people who look at it from afar."""
