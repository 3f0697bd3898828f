# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A service that is restarted for a newer config.yaml counts as Ready only by what its new process
# says: the cluster calls a silent node Ready for a while.
lab_options='--base mixed --servers 1 --agents 1'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
wizard install -f "$file" --yes
expect_exit 0

"$lab" fault ha-w1 report-delay 4
on ha-w1 touch /etc/rancher/rke2/config.yaml
before=$(on ha-w1 systemctl show -p ExecMainStartTimestamp --value rke2-agent)
wizard install -f "$file" --yes
expect_exit 0
after=$(on ha-w1 systemctl show -p ExecMainStartTimestamp --value rke2-agent)
expect [ "$before" != "$after" ]
heard=$(kubectl ha-m1 get node ha-w1 -o json | python3 -c '
import json, sys
conditions = json.load(sys.stdin)["status"]["conditions"]
print(next(c["lastHeartbeatTime"] for c in conditions if c["type"] == "Ready"))')
echo "service started $after, kubelet last heard $heard"
expect [ "$(date -d "$heard" +%s)" -ge "$(date -d "$after" +%s)" ]
