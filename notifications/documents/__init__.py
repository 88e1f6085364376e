"""The documents a bureau sends: the house style of Word (GB/T 9704-2012), workbooks, a bureau's own templates, PDF."""
