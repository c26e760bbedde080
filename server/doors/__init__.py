"""Access: tokens, codes, links, addresses of callers and of this computer, and limits against guessing."""
