"""Who may come in: tokens, codes, links, addresses, and what keeps strangers out."""
