"""Content: taking files in, proving they are what they claim, keeping them, handing them out."""
