"""One reader for each form in which people have a request. Each takes the text and returns what it saw.

A reader returns an empty list where the text is not of its form. None of them raises, whatever it is given.
"""
