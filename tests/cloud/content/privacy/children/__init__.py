"""Programs that take the cleaning process's place and behave badly."""
