#!/bin/sh
# Runs on the host as the detached unit rke2-wizard-stage: fetches the RKE2 installer to a file,
# checks it, and runs it in a clean environment. Goes on when the console is gone.
# Parameters stand in assignments above this line: url, version, channel, type.
# shellcheck disable=SC2154,SC1091
work=/var/lib/rke2-wizard
cd "$work" || exit 79
# The unit's journal gets the milestones, the log everything.
exec 3>&1 </dev/null >stage.log 2>&1
# Whoever waits for this unit waits for this lock; it goes when the last process of ours does.
exec 9>lock
command -v flock >/dev/null 2>&1 && flock 9
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() {
  echo "rke2-wizard: $*"
  echo "rke2-wizard: $*" >&3
}

end() {
  echo "$1" >result.new && mv result.new result
  exit "$1"
}

# The proxy of this host, from where its logins take it, as a file for ". ./proxy": a proxy's address
# may hold a password, which is not for an argument.
read_proxy() {
  for file in /etc/environment "/etc/default/rke2-$type" "/etc/sysconfig/rke2-$type"; do
    [ -r "$file" ] && sed -n \
      -e "s/'//g" -e 's/"//g' -e 's/^ *//' -e 's/^export *//' \
      -e "s/^\([Hh][Tt][Tt][Pp][Ss]*_[Pp][Rr][Oo][Xx][Yy]\)=\(.*\)/export \1='\2'/p" \
      -e "s/^\([Nn][Oo]_[Pp][Rr][Oo][Xx][Yy]\)=\(.*\)/export \1='\2'/p" "$file"
  done >proxy
}

fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl -sSfL --connect-timeout 15 --retry 2 -o install.sh "$url"
  elif command -v wget >/dev/null 2>&1; then
    wget -nv -T 15 -t 3 -O install.sh "$url"
  else
    echo '[ERROR]  can not find curl or wget for downloading files'
    end 83
  fi
}

rm -f install.sh result
(umask 077 && read_proxy)
[ -r ./proxy ] && . ./proxy
say "fetching $url"
fetch || {
  say "fetching the installer failed, status $?"
  end 80
}
[ -s install.sh ] || {
  say 'the installer is empty'
  end 81
}
case $(head -n 1 install.sh) in
'#!/bin/sh'* | '#! /bin/sh'*) ;;
*)
  say 'what came is no shell script'
  end 82
  ;;
esac

say 'running the installer'
env -i PATH="$PATH" HOME=/root \
  INSTALL_RKE2_VERSION="$version" INSTALL_RKE2_CHANNEL="$channel" INSTALL_RKE2_TYPE="$type" \
  sh -c '[ -r ./proxy ] && . ./proxy; exec sh install.sh' 3>&- 9>&-
status=$?
say "the installer ended with status $status"
end "$status"
