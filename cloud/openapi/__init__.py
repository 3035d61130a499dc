"""The API described to programs: `/openapi.json`, made from the table of endpoints and what each answers."""
