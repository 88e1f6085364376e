"""How a message leaves the house: by mail (yagmail) or through a group robot (apprise)."""
