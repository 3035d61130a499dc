"""`vizora demo`: the whole road on one machine. Starts the real processes and speaks to the cloud as any client."""
