"""What the screen says in words, as values, and as pictures."""
