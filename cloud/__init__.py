"""The thin cloud: accounts, screens, content, publishing. It stores, signs, nudges and counts; it never renders."""
