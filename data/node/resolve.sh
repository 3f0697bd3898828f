# SPDX-License-Identifier: Apache-2.0
# Where the channel server sends a request for a channel: the release. Parameters: url, given_proxy,
# given_bypass (of the answers, or nothing).
# shellcheck shell=sh disable=SC2154
if [ -n "$given_proxy" ]; then
  export http_proxy="$given_proxy" https_proxy="$given_proxy" no_proxy="$given_bypass"
fi
if command -v curl >/dev/null 2>&1; then
  curl -sS -m 15 -o /dev/null -w 'status=%{http_code}\nlocation=%{redirect_url}\n' "$url" 2>&1 |
    sed 's/^curl: /error=/'
elif command -v wget >/dev/null 2>&1; then
  wget -S -T 15 -t 1 --max-redirect=0 -O /dev/null "$url" 2>&1 |
    sed -n 's/^ *[Ll]ocation: */location=/p; s/^ *HTTP\/[0-9.]* \([0-9]*\).*/status=\1/p'
fi
