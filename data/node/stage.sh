#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs on the host as the detached unit rke2-wizard-stage: fetches the RKE2 installer to a file,
# checks it, and runs it in a clean environment. Goes on when the console is gone.
# Parameters stand in assignments above this line: url, version, channel, type; mirror (cn, or
# nothing); folder (of artifacts on this host; nothing: all of it is fetched); way (given: the proxy
# stands in the file "proxy" already; host: the host has one, or none).
# shellcheck disable=SC2154,SC1091,SC2317
work=/var/lib/rke2-wizard
cd "$work" || exit 79
# The unit's journal gets the milestones, the log everything.
exec 3>&1 </dev/null >stage.log 2>&1
# A script that waits for this unit waits for this lock; it is released when our last process ends.
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

# From the folder of artifacts: what the installer needs by itself, and the images where RKE2 looks for
# them. The installer would bring the latter by way of /tmp, and only in some combinations.
take_artifacts() {
  case $(uname -m) in
  x86_64) arch=amd64 ;;
  aarch64) arch=arm64 ;;
  *) arch=$(uname -m) ;;
  esac
  cp -f "$folder/install.sh" install.sh && rm -rf artifacts && mkdir artifacts || return
  for file in "sha256sum-$arch.txt" "rke2.linux-$arch.tar.gz"; do
    ln -s "$folder/$file" "artifacts/$file" || return
  done
  mkdir -p "$images" || return
  for file in "$folder"/rke2-images*.linux-"$arch".tar.zst "$folder"/rke2-images*.linux-"$arch".tar.gz; do
    [ ! -f "$file" ] || take_images "$file" || return
  done
}

# RKE2 takes every file in that folder for images, so that it comes under its name as a whole.
take_images() {
  name=${1##*/}
  cmp -s "$1" "$images/$name" && return
  say "placing $name"
  (umask 022 && cp -f "$1" "$images/.$name.part") || return
  expected=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]$name\$/\1/p" "$folder/sha256sum-$arch.txt")
  found=$(sha256sum "$images/.$name.part" | cut -d' ' -f1)
  if [ "$expected" = "$found" ]; then
    mv -f "$images/.$name.part" "$images/$name"
    return
  fi
  rm -f "$images/.$name.part"
  echo "[ERROR]  $name: download sha256 does not match ${expected:-nothing}, got $found"
  end 1
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

# A download that fails as it does where the line is out for a moment is begun again, twice: the
# status is that of curl (name, connection, time, TLS, nothing came, broken off), or of wget.
# Usage: patiently COMMAND…
patiently() {
  for pause in 4 8 none; do
    "$@"
    status=$?
    case $status/$pause in
    */none) ;;
    6/* | 7/* | 28/* | 35/* | 52/* | 56/* | 4/*)
      say "once more in $pause s"
      sleep "$pause"
      continue
      ;;
    esac
    return "$status"
  done
}

run_installer() {
  say 'running the installer'
  env -i PATH="$PATH" HOME=/root \
    INSTALL_RKE2_VERSION="$version" INSTALL_RKE2_CHANNEL="$channel" INSTALL_RKE2_TYPE="$type" \
    INSTALL_RKE2_MIRROR="$mirror" INSTALL_RKE2_ARTIFACT_PATH="$artifacts" \
    sh -c '[ -r ./proxy ] && . ./proxy; exec sh install.sh' 3>&- 9>&-
  ended=$?
  say "the installer ended with status $ended"
  return "$ended"
}

rm -f install.sh result
[ "$way" = given ] || (umask 077 && read_proxy)
[ -r ./proxy ] && . ./proxy
images=/var/lib/rancher/rke2/agent/images
artifacts=
if [ -n "$folder" ]; then
  say "taking RKE2 from $folder"
  take_artifacts || {
    say "taking it from $folder failed, status $?"
    end 84
  }
  artifacts=$work/artifacts
else
  say "fetching $url"
  patiently fetch || {
    say "fetching the installer failed, status $?"
    end 80
  }
fi
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

patiently run_installer
end $?
