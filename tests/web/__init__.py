"""Tests: what clients in JavaScript and TypeScript use."""
