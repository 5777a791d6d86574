"""The version of the program, apart from everything else so that printing it loads nothing."""

VERSION = "0.1.0"
