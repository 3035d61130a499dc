"""What a file tells beside what it shows - where, with what and by whom it was made - taken out, behind walls."""
