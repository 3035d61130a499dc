"""What operators do to a cloud from the command line: migrate, make an admin, back up, restore, check."""
