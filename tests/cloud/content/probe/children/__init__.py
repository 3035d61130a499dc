"""Programs that take the decoding process's place and behave badly."""
