"""What the cleaning process says first, on a line; behind `CLEANED` comes the cleaned file, to the end."""

AS_IT_IS = b"as it is\n"
CLEANED = b"cleaned\n"
STRANGE = b"strange\n"
LONGEST = 16
