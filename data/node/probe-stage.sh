# SPDX-License-Identifier: Apache-2.0
# Is RKE2 on the host already? Sets $state: done, running or absent. An install that was
# interrupted leaves "$work" behind and is never taken for done.
# Parameters: version, role.
# shellcheck shell=sh disable=SC2154,SC2034
state=absent
leftover=no
properties rke2-wizard-stage.service LoadState ActiveState SubState
case $p_ActiveState/$p_SubState in
active/running | activating/*) state=running ;;
esac
[ "$p_LoadState" = loaded ] && [ $state = absent ] && leftover=yes
if [ $state = absent ] && find_rke2 && [ "$installed" = "$version" ] &&
  [ "$(property "rke2-$role.service" LoadState)" = loaded ]; then
  if [ ! -e "$work" ]; then
    state="done"
  elif [ "$(cat "$work/result" 2>/dev/null)" = 0 ]; then
    state=running # it has ended well, and was not tidied up
  fi
fi
