"""Tests of the SDK under any CPython, with fakes in place of the host."""
