# SPDX-License-Identifier: Apache-2.0
"""Installs that are disturbed at random, or killed at every exact place; see ../../campaign."""
